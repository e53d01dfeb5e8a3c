import Foundation

/// Does what blocks, such as waiting for a process, on a thread of its own: Swift's pool has a thread for each core, and
/// other tests wait for one.
package func onThread<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        Thread.detachNewThread { continuation.resume(with: Result { try work() }) }
    }
}
