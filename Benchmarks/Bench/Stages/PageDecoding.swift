import Extractor
import Foundation
import Work

/// Pages to records with their keys.
enum PageDecoding {
    @Sendable
    static func run(_ workload: Workload) async throws -> [any TableLine] {
        let decoder = try TicketRead(workload.connection).decoder
        let bodies = workload.pages.map { Data($0) }
        let records = try workload.pages.reduce(0) { try $0 + decoder.decode($1).summary.records }
        let laps = try await Race.run(workload.options.repetitions) {
            try await Lap.time {
                for page in workload.pages { use(try decoder.decode(page)) }
            }
        } reference: {
            try await Lap.time {
                for body in bodies { use(try JSONSerialization.jsonObject(with: body)) }
            }
        }
        return [
            Measurement(
                "decode pages",
                "records",
                count: records,
                bytes: workload.bytes,
                laps,
                comparedWith: "JSONSerialization, same pages"
            )
        ]
    }
}
