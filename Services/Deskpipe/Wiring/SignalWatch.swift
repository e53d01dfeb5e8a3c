import ServiceRuntime
import UnixSignals

/// Runs work that a signal should end: SIGTERM and SIGINT set `stop`, and the work ends at its next boundary.
enum SignalWatch {
    /// - Returns: what the work returned, and the signal that was seen.
    static func whileRunning<Result: Sendable>(
        stop: StopSignal,
        _ work: @escaping @Sendable () async throws -> Result
    ) async throws -> (result: Result, signal: Int32?) {
        let signals = await UnixSignalsSequence(trapping: .sigterm, .sigint)
        return try await withThrowingTaskGroup(of: Event<Result>.self) { group in
            group.addTask {
                for await signal in signals {
                    stop.set()
                    return .signal(signal == .sigint ? 2 : 15)
                }
                return .signal(nil)
            }
            group.addTask { .finished(try await work()) }
            var seen: Int32?
            while let event = try await group.next() {
                switch event {
                case .signal(let signal): seen = signal
                case .finished(let result):
                    group.cancelAll()
                    return (result, seen)
                }
            }
            throw CancellationError()
        }
    }

    private enum Event<Result: Sendable>: Sendable {
        case signal(Int32?)
        case finished(Result)
    }
}
