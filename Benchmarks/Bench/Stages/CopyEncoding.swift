import Destinations
import LibPQ
import Loader
import Work

/// Cells to the bytes of COPY.
enum CopyEncoding {
    @Sendable
    static func run(_ workload: Workload) async throws -> [any TableLine] {
        let plans = try LoadPlans(workload).inserts
        let rows = plans.reduce(0) { $0 + $1.rows }
        var bytes = 0
        try CopyChunks.encode(plans) { bytes += $0.count }
        let source = [UInt8](repeating: 1, count: PQConnection.copyChunk)
        var target: [UInt8] = []
        target.reserveCapacity(source.count)
        let laps = try await Race.run(workload.options.repetitions) {
            try await Lap.time { try CopyChunks.encode(plans) { use($0) } }
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
}
