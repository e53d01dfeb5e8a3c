/// Who refers to whom: the ids of each stream, and how many records there were at the start.
///
/// References are drawn among the records of the start only, so that a version of a record says the same for ever.
struct Population: Sendable {
    let seed: UInt64
    let site: String
    private let sizes: [SimulatedStream: Int]

    init(settings: WorldSettings) {
        seed = settings.seed
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

    private static func numbering(_ stream: SimulatedStream) -> (first: Int64, step: Int64) {
        switch stream {
        case .tickets: (1, 1)
        case .users: (6_130_869_168_922, 256)
        case .organizations: (28_835_714_737_428, 128)
        case .groups: (6_130_852_536_346, 384)
        }
    }
}
