/// What a person may do in the console.
package enum ConsoleRole: String, Hashable, Sendable, Codable, CaseIterable {
    /// Reads every page, but no rejected record's content.
    case viewer
    /// Also gives commands, changes connections and reads rejected records.
    case `operator`
}
