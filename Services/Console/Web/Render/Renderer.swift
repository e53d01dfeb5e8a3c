import Hummingbird
import Mustache

/// Turns pages into HTML. All texts are escaped by the templates; only charts, which escape by themselves, are put in as
/// they are.
struct Renderer: Sendable {
    private let library: MustacheLibrary
    private let asksForToken: Bool

    /// - Throws: where a template is no Mustache, which a test would have seen.
    init(asksForToken: Bool) throws {
        MustacheContentTypes.register(PageText(), named: PageText.name)
        var library = MustacheLibrary()
        for (name, text) in Templates.all {
            try library.register("{{% CONTENT_TYPE: \(PageText.name)}}" + text, named: name)
        }
        self.library = library
        self.asksForToken = asksForToken
    }

    func html(_ page: Page, session: Session?) -> String {
        let frame = PageFrame(page, session: session, canSignOut: asksForToken)
        return library.render(frame, withTemplate: page.template) ?? ""
    }

    /// A part of a page, for one that is open already.
    func part(_ content: Any, template: String) -> String {
        library.render(content, withTemplate: template) ?? ""
    }

    func response(_ page: Page, session: Session?, status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status,
            headers: [.contentType: "text/html; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: html(page, session: session)))
        )
    }
}
