import Mustache

/// Texts of pages, escaped by scalars. The templates' own way goes by characters, to which a quote with a combining mark
/// after it is another character; a browser sees the quote.
struct PageText: MustacheContentType {
    /// As templates name it.
    static let name = "PAGE"

    func escapeText(_ text: String) -> String { Markup.escaped(text) }
}
