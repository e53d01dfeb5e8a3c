import Destinations
package import LibPQ
package import Loader

/// Cells to the bytes of COPY, a chunk at a time.
package enum CopyChunks {
    /// Encodes all rows of the plans.
    package static func encode(_ plans: [BatchPlan], _ take: (CopyBuffer) -> Void) throws {
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
