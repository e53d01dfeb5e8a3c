/// Who refers to whom: the ids of each stream, and how many records there were at the start.
///
/// References are drawn among the records of the start only, so that a version of a record says the same for ever.
struct Population: Sendable {
    let seed: UInt64
    let site: String
    /// Some records say things that few programs expect.
    let isOdd: Bool
    /// Closed tickets that did not change since are archived. Seconds since 1970.
    let archiveEnd: UInt32
    private let sizes: [SimulatedStream: Int]

    init(settings: WorldSettings, end: UInt32) {
        seed = settings.seed
        isOdd = settings.isOdd
        archiveEnd = end - 120 * 86_400
        site = "https://\(settings.subdomain).zendesk.com/api/v2/"
        sizes = settings.sizes
    }

    /// Tickets are numbered from 1, all else by large numbers, as Zendesk does. Ascending with the index.
    func id(_ stream: SimulatedStream, _ index: Int) -> Int64 {
        let numbering = Self.numbering(stream)
        return numbering.first + Int64(index) * numbering.step
    }

    /// The index of the last record whose id is at most `id`; -1 where all are greater.
    func index(_ stream: SimulatedStream, atOrBelow id: Int64) -> Int {
        let numbering = Self.numbering(stream)
        guard id >= numbering.first else { return -1 }
        return min(Int((id - numbering.first) / numbering.step), Int(UInt32.max) - 1)
    }

    /// The id of some record of the start, or nil where the stream was empty.
    func reference(_ stream: SimulatedStream, _ draw: inout Draw) -> Int64? {
        let count = sizes[stream] ?? 0
        let index = draw.below(count)
        return count > 0 ? id(stream, index) : nil
    }

    /// The draws that stay the same for all versions of a record.
    func fixedDraw(_ stream: SimulatedStream, _ index: Int) -> Draw {
        Draw(seed: seed, stream: stream, index: index, version: 0)
    }

    /// The draws of one version of a record.
    func versionDraw(_ stream: SimulatedStream, _ index: Int, _ row: Table.Row) -> Draw {
        Draw(seed: seed, stream: stream, index: index, version: row.version + 1)
    }

    /// The draws of a ticket's history at the start.
    func historyDraw(_ ticket: Int) -> Draw {
        Draw(seed: seed ^ 0x5851_F42D_4C95_7F2D, stream: .tickets, index: ticket, version: 0)
    }

    /// The draws of one audit.
    func auditDraw(_ ticket: Int, _ ordinal: Int) -> Draw {
        Draw(seed: seed ^ 0x1405_7B7E_F767_814F, stream: .tickets, index: ticket, version: UInt32(ordinal))
    }

    /// The draws of the metric events that come with an audit.
    func metricDraw(_ ticket: Int, _ ordinal: Int) -> Draw {
        Draw(seed: seed ^ 0x2545_F491_4F6C_DD1D, stream: .tickets, index: ticket, version: UInt32(ordinal))
    }

    /// The draws of a ticket's rating.
    func ratingDraw(_ ticket: Int) -> Draw {
        Draw(seed: seed ^ 0x6C62_272E_07BB_0142, stream: .tickets, index: ticket, version: 0)
    }

    /// The id of an audit; the ids of its events follow it. Beyond 2^53 in an odd world.
    func auditID(_ ticket: Int, _ ordinal: Int) -> Int64 {
        (isOdd ? 9_100_000_000_000_000 : 6_200_000_000_000) + (Int64(ticket) * 4096 + Int64(ordinal)) * 32
    }

    /// Whether a ticket was closed so long ago that it is archived.
    func isArchived(_ ticket: Int, _ row: Table.Row) -> Bool {
        guard !row.isDeleted, row.generated <= archiveEnd else { return false }
        var draw = fixedDraw(.tickets, ticket)
        return draw.next() % 10 < 6
    }

    private static func numbering(_ stream: SimulatedStream) -> (first: Int64, step: Int64) {
        switch stream {
        case .tickets: (1, 1)
        case .users: (6_130_869_168_922, 256)
        case .organizations: (28_835_714_737_428, 128)
        case .groups: (6_130_852_536_346, 384)
        }
    }
}
