/// The collections of records that the simulated account holds.
package enum SimulatedStream: String, Sendable, CaseIterable, Codable, CodingKeyRepresentable {
    case tickets
    case users
    case organizations
    case groups
}
