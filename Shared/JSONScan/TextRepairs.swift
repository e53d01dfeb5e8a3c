/// What had to be changed for a JSON string to become text that a database can hold.
package struct TextRepairs: Hashable, Sendable {
    /// Nothing changed.
    package static let none = TextRepairs()

    /// U+0000 characters left out.
    package var nulsRemoved: Int
    /// Lone surrogates that became U+FFFD.
    package var surrogatesReplaced: Int

    package init(nulsRemoved: Int = 0, surrogatesReplaced: Int = 0) {
        self.nulsRemoved = nulsRemoved
        self.surrogatesReplaced = surrogatesReplaced
    }

    /// True when nothing had to be changed.
    package var isNone: Bool { nulsRemoved | surrogatesReplaced == 0 }

    package static func + (left: TextRepairs, right: TextRepairs) -> TextRepairs {
        TextRepairs(
            nulsRemoved: left.nulsRemoved + right.nulsRemoved,
            surrogatesReplaced: left.surrogatesReplaced + right.surrogatesReplaced
        )
    }

    package static func += (left: inout TextRepairs, right: TextRepairs) {
        left = left + right
    }
}
