/// How a connection stands, in one word. The order is that of the fleet page: what needs a person comes first.
package enum Standing: String, Hashable, Sendable, Codable, CaseIterable, Comparable, CodingKeyRepresentable {
    /// The last run failed, or a stream of it did, or a table cannot be loaded.
    case failing
    /// Nothing has failed, but what is loaded is older than its schedule allows.
    case delayed
    /// A run goes on, or what the first ones brought is still to be loaded.
    case running
    case neverRun = "never_run"
    case paused
    case caughtUp = "caught_up"

    /// For people: `caught up`.
    package var words: String { rawValue.replacing("_", with: " ") }

    package static func < (left: Standing, right: Standing) -> Bool {
        (allCases.firstIndex(of: left) ?? 0) < (allCases.firstIndex(of: right) ?? 0)
    }
}
