import Destinations
import LibPQ
import Loader

/// Cells to the bytes of COPY.
enum CopyEncoding {
    @Sendable
    static func run(_ workload: Workload) async throws -> [Measurement] {
        let plans = try LoadPlans(workload).inserts
        let rows = plans.reduce(0) { $0 + $1.rows }
        var bytes = 0
        try encode(plans) { bytes += $0.count }
        let source = [UInt8](repeating: 1, count: PQConnection.copyChunk)
        var target: [UInt8] = []
        target.reserveCapacity(source.count)
        let laps = try await Race.run(workload.options.repetitions) {
            try await Lap.time { try encode(plans) { use($0) } }
        } reference: {
            await Lap.time {
                for _ in 0..<(bytes / source.count) {
                    target.removeAll(keepingCapacity: true)
                    target += source
                    use(target)
                }
            }
        }
        return [
            Measurement(
                "encode rows for COPY",
                "rows",
                count: rows,
                bytes: bytes,
                laps,
                comparedWith: "memcpy of as many bytes"
            )
        ]
    }

    /// Encodes all rows, a chunk at a time.
    static func encode(_ plans: [BatchPlan], _ take: (CopyBuffer) -> Void) throws {
        let buffer = CopyBuffer(capacity: PQConnection.copyChunk * 5 / 4)
        for load in plans.flatMap(\.load.tables) {
            let layout = try RowLayout(load.rows, in: load.table)
            var encoder = CopyEncoder(load, layout: layout, isKept: false, chunk: PQConnection.copyChunk)
            drain(&encoder, buffer, take)
            for subload in load.subtables where subload.rows.count > 0 {
                let layout = try RowLayout(subload.rows, in: subload.table)
                var encoder = CopyEncoder(subload, of: load.records, layout: layout, chunk: PQConnection.copyChunk)
                drain(&encoder, buffer, take)
            }
        }
    }

    private static func drain(_ encoder: inout CopyEncoder, _ buffer: CopyBuffer, _ take: (CopyBuffer) -> Void) {
        encoder.fill(buffer)
        while buffer.count > 0 {
            take(buffer)
            encoder.fill(buffer)
        }
    }
}
