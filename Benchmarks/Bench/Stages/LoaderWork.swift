import Work

/// The processor time of the loader itself: a batch's events to the bytes of COPY, all tables and sub-tables, without a
/// server.
enum LoaderWork {
    /// What a thousand bytes of records' JSON should take at most, in microseconds.
    private static let aim = 4.0

    @Sendable
    static func run(_ workload: Workload) async throws -> [any TableLine] {
        var read = try TicketRead()
        var loader = LoaderPath()
        let batches = try loader.batches(try read.deliveries(of: workload.pages))
        let records = batches.flatMap(\.records)
        loader.declare(batches)
        var buffer: [UInt8] = []
        let laps = try await Race.run(workload.options.repetitions) {
            try await Lap.time {
                for events in batches { try loader.load(events) }
            }
        } reference: {
            await Lap.time {
                for record in records {
                    buffer.removeAll(keepingCapacity: true)
                    buffer += record
                    use(buffer)
                }
            }
        }
        var measurement = Measurement(
            "map records and encode for COPY",
            "records",
            count: records.count,
            bytes: records.reduce(0) { $0 + $1.count },
            laps,
            comparedWith: "memcpy of the records"
        )
        measurement.aimMicrosecondsPerKilobyte = aim
        return [measurement]
    }
}
