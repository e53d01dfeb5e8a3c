/// A secret's value in memory. It describes itself as `***` and cannot be encoded.
package struct Secret: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The value, for the one call that needs it.
    package let value: String

    package init(_ value: String) {
        self.value = value
    }

    package var description: String { "***" }
    package var debugDescription: String { "***" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
