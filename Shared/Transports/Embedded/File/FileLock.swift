import Foundation
import Messaging
import Synchronization

/// An exclusive lock on a file, held by this process until it is released or the process ends, however it ends.
///
/// The file holds the owner's process id. It stays when the lock goes: removing it would let two processes lock two
/// files of one name.
final class FileLock: Sendable {
    private let descriptor: Mutex<Int32?>

    /// - Parameters:
    ///   - path: created where it is missing.
    ///   - owned: what the lock protects, for the error.
    /// - Throws: ``MessagingError/locked(path:pid:)`` with the pid of the process that holds it.
    init(path: String, protecting owned: String) throws {
        // Closed on exec: a child process must not keep the lock when this one has ended.
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw MessagingError.notWritable(path, errno: errno) }
        guard Self.lock(descriptor) else {
            let reason = errno
            let pid = Self.pid(in: descriptor)
            close(descriptor)
            if reason == EWOULDBLOCK { throw MessagingError.locked(path: owned, pid: pid) }
            throw MessagingError.refused(call: "flock", reason: "\(path): \(String(cString: strerror(reason)))")
        }
        ftruncate(descriptor, 0)
        let text = "\(getpid())\n"
        pwrite(descriptor, text, text.utf8.count, 0)
        self.descriptor = Mutex(descriptor)
    }

    deinit {
        release()
    }

    func release() {
        descriptor.withLock { held in
            guard let descriptor = held else { return }
            ftruncate(descriptor, 0)
            // A child that is being started has the descriptor until its exec: to close ours would not end the lock.
            flock(descriptor, LOCK_UN)
            close(descriptor)
            held = nil
        }
    }

    /// - Returns: false, with errno, where another holds it for longer than a look takes.
    private static func lock(_ descriptor: Int32) -> Bool {
        for _ in 0..<3 {
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return true }
            guard errno == EWOULDBLOCK else { return false }
            // Who looks at the lock holds it for a moment; before the log is open nobody is kept waiting.
            usleep(5000)
        }
        return flock(descriptor, LOCK_EX | LOCK_NB) == 0
    }

    /// Who holds the lock of this file; nil where nobody does.
    /// - Throws: ``MessagingError/refused(call:reason:)`` where the file cannot be opened.
    static func holder(path: String) throws -> LogOwner? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw MessagingError.notWritable(path, errno: errno)
        }
        defer { close(descriptor) }
        // Given back at once; an owner that comes in this moment tries again.
        guard flock(descriptor, LOCK_SH | LOCK_NB) != 0 else {
            flock(descriptor, LOCK_UN)
            return nil
        }
        return LogOwner(pid: pid(in: descriptor))
    }

    private static func pid(in descriptor: Int32) -> Int32? {
        var bytes = [UInt8](repeating: 0, count: 16)
        let count = pread(descriptor, &bytes, bytes.count, 0)
        guard count > 0 else { return nil }
        return Int32(String(decoding: bytes[..<count].prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self))
    }
}
