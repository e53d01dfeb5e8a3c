import Foundation
import Loader

/// The lock of one schema's directory: who holds it is the only one who changes anything there. The system takes it
/// back when the process ends, however it ends.
final class SchemaLock {
    private let descriptor: Int32

    /// How long another loader's batch is waited for, in tries of 20 ms.
    private static let tries = 500

    /// - Throws: ``DestinationError/lockTimeout(_:)`` when another holds it for 10 s.
    init(_ directory: FilesDirectory) throws {
        let path = directory.absolute(FilesDirectory.lock)
        descriptor = Foundation.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw directory.failure(errno, "\(path) cannot be opened") }
        for _ in 0..<Self.tries {
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return }
            guard errno == EWOULDBLOCK || errno == EINTR else {
                throw directory.failure(errno, "\(path) cannot be locked")
            }
            usleep(20_000)
        }
        throw DestinationError.lockTimeout(path)
    }

    deinit {
        if descriptor >= 0 { Foundation.close(descriptor) }
    }

    /// Gives the lock back. Also keeps the object alive until here.
    func release() {
        flock(descriptor, LOCK_UN)
    }
}
