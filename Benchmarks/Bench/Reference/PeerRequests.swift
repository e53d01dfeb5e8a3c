/// Requests that other connectors send for 1,000 tickets that changed once, with 10 audits, 3 comments and 20 metric
/// events each, and for 1,000 chats. Nil: it does not read them.
///
/// Counted in their sources: singer-io/tap-zendesk 2.8.0 (`streams.py`, `http.py`) and tap-zendesk-chat 0.5, Airbyte's
/// source-zendesk-support and source-zendesk-chat (pages of 100), dlt's verified source `zendesk` (`settings.py`), and
/// Estuary's source-zendesk-support-native.
struct PeerRequests: Sendable {
    var tap: Int?
    var airbyte: Int?
    var dlt: Int?
    var estuary: Int?
    /// What the API allows.
    var minimum: Int

    static let tickets = PeerRequests(tap: 1, airbyte: 10, dlt: 1, estuary: 4, minimum: 1)
    /// Airbyte's first read; each later one asks ticket by ticket.
    static let metrics = PeerRequests(tap: 0, airbyte: 10, dlt: 10, estuary: 1, minimum: 0)
    static let comments = PeerRequests(tap: 0, airbyte: 100, dlt: nil, estuary: 1000, minimum: 0)
    /// Airbyte's leave archived tickets out, dlt's are ticket events.
    static let audits = PeerRequests(tap: 1000, airbyte: 50, dlt: 10, estuary: 1000, minimum: 10)
    static let metricEvents = PeerRequests(tap: 20, airbyte: 200, dlt: 200, estuary: 20, minimum: 20)
    static let chats = PeerRequests(tap: 50, airbyte: 1, dlt: nil, estuary: nil, minimum: 1)

    static let heads = ["tap-zendesk", "Airbyte", "dlt", "Estuary"]

    var cells: [String] { [tap, airbyte, dlt, estuary].map { $0.map(String.init) ?? "-" } }

    static func + (left: PeerRequests, right: PeerRequests) -> PeerRequests {
        PeerRequests(
            tap: sum(left.tap, right.tap),
            airbyte: sum(left.airbyte, right.airbyte),
            dlt: sum(left.dlt, right.dlt),
            estuary: sum(left.estuary, right.estuary),
            minimum: left.minimum + right.minimum
        )
    }

    private static func sum(_ left: Int?, _ right: Int?) -> Int? {
        guard let left, let right else { return nil }
        return left + right
    }
}
