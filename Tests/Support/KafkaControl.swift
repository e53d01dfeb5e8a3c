import Foundation

/// Stops and starts the brokers of a real Kafka by the command that `DESKPIPE_TEST_KAFKA_CONTROL` names: it is called
/// with `kill N` or `start N`, N from 1, and returns when that is done. Other tests may not use the brokers then.
package enum KafkaControl {
    package static let command = ProcessInfo.processInfo.environment["DESKPIPE_TEST_KAFKA_CONTROL"]
        .flatMap { $0.isEmpty ? nil : $0 }

    package static func kill(_ broker: Int) async throws { try await perform("kill", broker) }

    package static func start(_ broker: Int) async throws { try await perform("start", broker) }

    private static func perform(_ verb: String, _ broker: Int) async throws {
        guard let command else { throw UnmetExpectation("DESKPIPE_TEST_KAFKA_CONTROL is not set") }
        let process = Process()
        process.executableURL = URL(filePath: "/bin/bash")
        // Foundation notes a process's end by a descriptor that a broker left behind would keep open: it is closed.
        let alone = #"for fd in /proc/$$/fd/*; do n=${fd##*/}; [ "$n" -gt 2 ] && eval "exec $n>&-"; done; "#
        process.arguments = ["-c", "\(alone)\(command) \(verb) \(broker)"]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        let status = try await withCheckedThrowingContinuation { continuation in
            process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
            do {
                try process.run()
            } catch {
                process.terminationHandler = nil
                continuation.resume(throwing: error)
            }
        }
        guard status == 0 else { throw UnmetExpectation("\(command) \(verb) \(broker) ended with \(status)") }
    }
}
