import Extractor
import Messaging
import Work

/// Decoded pages to messages.
enum MessageMaking {
    @Sendable
    static func run(_ workload: Workload) async throws -> [any TableLine] {
        let fresh = try TicketRead(workload.connection)
        let pages = try workload.pages.map { try fresh.decoder.decode($0) }
        var counted = fresh
        let messages = try pages.flatMap { try counted.messages(of: $0) }
        let values = messages.compactMap(\.value)
        let bytes = values.reduce(0) { $0 + $1.count }
        let laps = try await Race.run(workload.options.repetitions) {
            var read = fresh
            return try await Lap.time {
                for page in pages { use(try read.messages(of: page)) }
            }
        } reference: {
            await Lap.time {
                for value in values { use(Array(value)) }
            }
        }
        return [
            Measurement(
                "make messages",
                "records",
                count: messages.count,
                bytes: bytes,
                laps,
                comparedWith: "copies of the same bytes"
            )
        ]
    }
}
