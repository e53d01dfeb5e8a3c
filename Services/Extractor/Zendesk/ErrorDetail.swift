import JSONScan

/// The error code of an answer, read leniently: `error` is a string or an object, `errors` a list in some, and some
/// answers are plain text.
package struct ErrorDetail: Hashable, Sendable {
    /// Printable ASCII, at most 120 characters.
    package let text: String

    /// Nil where the body says nothing that people can read.
    package init?(_ body: [UInt8]) {
        let text = Self.json(body) ?? Self.plain(body)
        guard let text, !text.isEmpty else { return nil }
        self.text = text
    }

    private static func json(_ body: [UInt8]) -> String? {
        let bytes = body.span
        // Not JSON is one of the cases: plain text and HTML are errors' bodies too.
        guard let root = try? JSON.validate(bytes), root.kind == .object else { return nil }
        var parts: [String] = []
        if let error = JSON.member("error", of: root, in: bytes) {
            let node = error.kind == .object ? JSON.member("title", of: error, in: bytes) : error
            parts += text(node, in: bytes)
        }
        if let errors = JSON.member("errors", of: root, in: bytes) {
            var elements = JSONElements(of: errors)
            let code = elements.next(in: bytes).flatMap { JSON.member("code", of: $0, in: bytes) }
            parts += text(code, in: bytes)
        }
        parts += text(JSON.member("description", of: root, in: bytes), in: bytes)
        return parts.isEmpty ? nil : printable(parts.joined(separator: ": ").utf8)
    }

    private static func text(_ node: JSONNode?, in bytes: Span<UInt8>) -> [String] {
        guard let node, node.kind == .string else { return [] }
        return [JSON.text(of: node.range, in: bytes)]
    }

    private static func plain(_ body: [UInt8]) -> String? {
        body.first.map { $0 == UInt8(ascii: "<") || $0 == UInt8(ascii: "{") } == false ? printable(body) : nil
    }

    private static func printable(_ bytes: some Sequence<UInt8>) -> String {
        String(decoding: bytes.lazy.filter { (0x20..<0x7f).contains($0) }.prefix(120), as: UTF8.self)
    }
}
