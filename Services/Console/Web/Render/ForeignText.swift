import ServiceRuntime

extension String {
    /// A text that comes from Zendesk, a database or a record, for a page: what would hide or turn around other text is
    /// made visible, and it is cut where it is very long. Templates escape it as any other text.
    var escapedForPeople: String { escapedForLogs }

    /// As ``escapedForPeople``, of any length.
    var visible: String {
        var text = ""
        for line in split(separator: "\n", omittingEmptySubsequences: false) {
            var rest = line.unicodeScalars[...]
            while !rest.isEmpty {
                // Below the length at which it would be cut.
                text += String(rest.prefix(512)).escapedForLogs
                rest = rest.dropFirst(512)
            }
            text += "\n"
        }
        return String(text.dropLast())
    }
}
