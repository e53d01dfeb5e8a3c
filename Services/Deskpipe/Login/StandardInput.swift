import Foundation
import Synchronization

/// Lines that a person types or pastes.
enum StandardInput {
    /// The next line, without its end and the blanks around it; nil at the end of the input.
    ///
    /// Reading blocks a thread of its own. A caller that is cancelled goes on at once; the thread stays with the read.
    /// - Throws: `CancellationError`
    static func line() async throws -> String? {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let shared = Waiter(continuation)
                waiter.withLock { $0 = shared }
                if Task.isCancelled { shared.end(.failure(CancellationError())) }
                Thread.detachNewThread {
                    let text = readLine()?.trimmingCharacters(in: .whitespacesAndNewlines)
                    shared.end(.success(text))
                }
            }
        } onCancel: {
            waiter.withLock { $0 }?.end(.failure(CancellationError()))
        }
    }

    /// There is one standard input, so one waits for it at a time.
    private static let waiter = Mutex<Waiter?>(nil)

    private final class Waiter: Sendable {
        private let continuation: Mutex<CheckedContinuation<String?, any Error>?>

        init(_ continuation: CheckedContinuation<String?, any Error>) {
            self.continuation = Mutex(continuation)
        }

        /// The first end counts.
        func end(_ result: Result<String?, any Error>) {
            let waiting = continuation.withLock { continuation in
                defer { continuation = nil }
                return continuation
            }
            waiting?.resume(with: result)
        }
    }
}
