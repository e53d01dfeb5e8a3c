import Foundation
import Messaging
import Model

/// Reads a topic of log lines to its end, and from there on at each further call.
struct LogTail {
    private let transport: any Transport
    private let topic: String
    private var next: [Int32: Int64] = [:]

    init(_ transport: any Transport, topic: String) {
        self.transport = transport
        self.topic = topic
    }

    /// Gives each line since the last call. What does not decode is passed over.
    mutating func readOn(_ take: (LogLine) -> Void) async throws {
        let reader = try await transport.reader(of: topic, partitions: nil, from: next)
        do {
            while let deliveries = try await reader.next(atMost: 1000) {
                for delivery in deliveries {
                    next[delivery.partition] = delivery.offset + 1
                    guard let value = delivery.value,
                        let line = try? JSONDecoder().decode(LogLine.self, from: Data(value))
                    else { continue }
                    take(line)
                }
            }
            await reader.close()
        } catch {
            await reader.close()
            throw error
        }
    }
}
