import Console
import Model

/// Rejected records with their reasons. What they hold is shown to operators, one at a time and on a click.
struct RejectedPage {
    struct Reason {
        let table: String
        let reason: Said
        let count: String
        let firstAt: Moment
        let lastAt: Moment
    }

    struct Record {
        let table: String
        let reason: Said
        let rejectedAt: Moment
        let bytes: String
        let place: String
        let href: String
    }

    let total: String
    let reasons: [Reason]
    let records: [Record]
    let hasRecords: Bool
    let replay: String

    private let key: ConnectionKey
    private let name: String

    init(_ view: RejectedView, name: String) {
        key = ConnectionKey(tenant: view.tenant, connection: view.connection)
        self.name = name
        let key = key
        total = Words.count(view.total, "record")
        reasons = view.reasons.map {
            Reason(
                table: $0.table.escapedForPeople,
                reason: Said($0.reason),
                count: Words.count($0.count),
                firstAt: Moment($0.firstAt),
                lastAt: Moment($0.lastAt)
            )
        }
        records = view.records.map {
            Record(
                table: $0.table.escapedForPeople,
                reason: Said($0.reason),
                rejectedAt: Moment($0.rejectedAt),
                bytes: Words.bytes($0.bytes),
                place: "\($0.topic) [\($0.partition)] @\($0.offset)".escapedForPeople,
                href: "\(key.path)/rejected/\($0.place.partition)/\($0.place.offset)"
            )
        }
        hasRecords = view.total > 0
        replay = "deskpipe rejects replay \(key.flags)"
    }

    func page() -> Page {
        Page(
            template: "rejected",
            title: name,
            connection: ConnectionFrame(key: key, name: name, tab: .rejected),
            content: self,
            terminal: "deskpipe rejects reported \(key.flags)",
            json: "/api/v1/connections/\(key)/rejected",
            isLive: true
        )
    }
}

/// What one rejected record holds.
struct RejectedRecordPage {
    let back: String
    let content: String
    let isCut: Bool

    /// A record is shown up to this; the table `_sdc_rejected` has it whole.
    private static let mostCharacters = 200_000

    private let key: ConnectionKey
    private let name: String

    /// - Parameter content: the record as it came; whatever it holds is only text here.
    init(content: String, of key: ConnectionKey, name: String) {
        self.key = key
        self.name = name
        back = "\(key.path)/rejected"
        isCut = content.unicodeScalars.count > Self.mostCharacters
        self.content = String(String.UnicodeScalarView(content.unicodeScalars.prefix(Self.mostCharacters))).visible
    }

    func page() -> Page {
        Page(
            template: "rejected-record",
            title: name,
            connection: ConnectionFrame(key: key, name: name, tab: .rejected),
            content: self,
            terminal: "deskpipe rejects list \(key.flags) -o json --records",
            json: "/api/v1/connections/\(key)/rejected"
        )
    }
}
