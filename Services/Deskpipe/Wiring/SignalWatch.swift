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
            var result: Result?
            // To the end of both: the work may end before the task that has seen the signal tells of it.
            while let event = try await group.next() {
                switch event {
                case .signal(let signal): seen = signal
                case .finished(let finished):
                    result = finished
                    group.cancelAll()
                }
            }
            guard let result else { throw CancellationError() }
            return (result, seen)
        }
    }

    private enum Event<Result: Sendable>: Sendable {
        case signal(Int32?)
        case finished(Result)
    }
}
