/// A sentence for people in which settings, commands and values may stand between back-quotes, as errors and hints have
/// them: these parts are shown as code. All of it is text that the templates escape.
struct Said: Hashable, Sendable {
    struct Part: Hashable, Sendable {
        let text: String
        let isCode: Bool
    }

    /// Longer ones are no names of settings, but what happens to stand between two back-quotes.
    private static let longestCode = 200

    let parts: [Part]

    /// - Parameter text: of ours or of others; what would hide other text is made visible.
    init(_ text: String) {
        let pieces = text.escapedForPeople.split(separator: "`", omittingEmptySubsequences: false).map(String.init)
        var parts: [Part] = []
        var place = 0
        while place < pieces.count {
            // A quote that is not closed is one to be shown, and so are two with nothing between them.
            let isOpened = place > 0
            let isCode =
                isOpened && place < pieces.count - 1 && !pieces[place].isEmpty
                && pieces[place].count <= Self.longestCode
            if isCode {
                parts.append(Part(text: pieces[place], isCode: true))
                parts.append(Part(text: pieces[place + 1], isCode: false))
                place += 2
            } else {
                parts.append(Part(text: (isOpened ? "`" : "") + pieces[place], isCode: false))
                place += 1
            }
        }
        self.parts = parts.filter { !$0.text.isEmpty }
    }

    init?(_ text: String?) {
        guard let text else { return nil }
        self.init(text)
    }
}
