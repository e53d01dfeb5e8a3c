import Destinations
import Loader

/// Cells to the text of COPY.
enum CopyEncoding {
    static let chunk = 256 << 10

    @Sendable
    static func run(_ workload: Workload) async throws -> [Measurement] {
        let plans = try await LoadPlans(workload).inserts
        let rows = plans.reduce(0) { $0 + $1.rows }
        var text: [[UInt8]] = []
        try encode(plans) { _, _, chunk in text.append(chunk) }
        var buffer: [UInt8] = []
        buffer.reserveCapacity(2 * chunk)
        let laps = try await Race.run(workload.options.repetitions) {
            try await Lap.time { try encode(plans) { _, _, chunk in use(chunk) } }
        } reference: {
            await Lap.time {
                for chunk in text {
                    buffer.removeAll(keepingCapacity: true)
                    buffer += chunk
                    use(buffer)
                }
            }
        }
        return [
            Measurement(
                "encode rows for COPY",
                "rows",
                count: rows,
                bytes: text.reduce(0) { $0 + $1.count },
                laps,
                comparedWith: "memcpy of the same bytes"
            )
        ]
    }

    /// Gives the text of all rows in chunks, with each chunk's table and columns.
    static func encode(_ plans: [BatchPlan], _ take: (String, [Column], [UInt8]) throws -> Void) throws {
        var buffer: [UInt8] = []
        for load in plans.flatMap(\.load.tables) {
            let layout = try RowLayout(load.rows, in: load.table)
            var encoder = CopyEncoder(load, layout: layout, isKept: false, chunk: chunk)
            try drain(&encoder, load.table.name, layout, &buffer, take)
            for subload in load.subtables where subload.rows.count > 0 {
                let layout = try RowLayout(subload.rows, in: subload.table)
                var encoder = CopyEncoder(subload, of: load.records, layout: layout, chunk: chunk)
                try drain(&encoder, subload.table.name, layout, &buffer, take)
            }
        }
    }

    private static func drain(
        _ encoder: inout CopyEncoder,
        _ table: String,
        _ layout: RowLayout,
        _ buffer: inout [UInt8],
        _ take: (String, [Column], [UInt8]) throws -> Void
    ) throws {
        encoder.fill(&buffer)
        while !buffer.isEmpty {
            try take(table, layout.columns, buffer)
            encoder.fill(&buffer)
        }
    }
}
