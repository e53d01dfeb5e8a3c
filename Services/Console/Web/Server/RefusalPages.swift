import Foundation
import Hummingbird
import Model

/// Says why a request is not answered: to people as a page, to programs as JSON.
struct RefusalPages: Sendable {
    let renderer: Renderer

    func response(_ refusal: Refusal, to request: Request, session: Session?) -> Response {
        let isPassing = refusal == .stillReading && request.method == .get
        return response(refusal.status, refusal.title, refusal.advice, isPassing, to: request, session: session)
    }

    /// Something of ours failed; what it was is in the log.
    func failure(to request: Request, session: Session?) -> Response {
        let advice = "Something unexpected failed; the log of the process names it. Load the page again."
        return response(.internalServerError, "This did not work", advice, to: request, session: session)
    }

    private func response(
        _ status: HTTPResponse.Status,
        _ title: String,
        _ advice: String,
        _ isPassing: Bool = false,
        to request: Request,
        session: Session?
    ) -> Response {
        guard !request.isForProgram else {
            return JSONAnswer.response(ErrorBody(error: .init(message: title, hint: advice)), status: status)
        }
        var message = MessagePage(text: Said(advice), link: .init(name: "Overview", href: "/"))
        message.isAskedAgain = isPassing
        let page = Page(template: "message", title: title, content: message)
        return renderer.response(page, session: session, status: status)
    }
}

/// A page that says one thing.
struct MessagePage {
    struct Link {
        let name: String
        let href: String
    }

    let text: Said
    var link: Link?
    /// Where the browser goes by itself, and after how many seconds.
    var goesTo: String?
    var seconds = 0
    /// The browser asks for the same page again by itself.
    var isAskedAgain = false
}

/// What the API says where it has no answer.
struct ErrorBody: Encodable {
    struct Explanation: Encodable {
        let message: String
        let hint: String
    }

    let error: Explanation
}

/// JSON of the API: keys sorted, for people too.
enum JSONAnswer {
    static func response(_ value: some Encodable, status: HTTPResponse.Status = .ok) -> Response {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        // Views hold texts, times and whole numbers, which always encode.
        let text = (try? encoder.encode(value)) ?? Data("{}".utf8)
        return Response(
            status: status,
            headers: [.contentType: "application/json; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: text + Data("\n".utf8)))
        )
    }
}
