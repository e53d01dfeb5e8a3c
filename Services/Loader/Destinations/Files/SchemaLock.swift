import Foundation
import Loader

/// The lock of one schema's directory: who holds it is the only one who changes anything there. The system takes it
/// back when the process ends, however it ends.
final class SchemaLock {
    private let descriptor: Int32
    private let path: String

    /// Between tries, in microseconds.
    private static let pause: useconds_t = 20_000

    /// - Parameter limit: How long another loader's batch is waited for.
    /// - Throws: ``DestinationError/lockTimeout(_:)`` when another holds it for longer.
    init(_ directory: FilesDirectory, within limit: Duration) throws {
        path = directory.absolute(FilesDirectory.lock)
        let end = ContinuousClock.now + limit
        while true {
            let opened = Foundation.open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
            guard opened >= 0 else { throw directory.failure(errno, "\(path) cannot be opened") }
            // One that was locked and is not the file of that name keeps nobody out.
            let number = flock(opened, LOCK_EX | LOCK_NB) == 0 ? 0 : errno
            if number == 0, Self.isNamed(path, opened) {
                descriptor = opened
                break
            }
            Foundation.close(opened)
            guard [0, EWOULDBLOCK, EINTR].contains(number) else {
                throw directory.failure(number, "\(path) cannot be locked")
            }
            guard ContinuousClock.now < end else { throw DestinationError.lockTimeout(Self.described(path)) }
            // The thread is a worker's own: nobody else waits for it.
            usleep(Self.pause)
        }
        sign()
    }

    deinit {
        Foundation.close(descriptor)
    }

    /// False once the file was removed or replaced by another hand: someone else may hold the lock then.
    var isHeld: Bool { Self.isNamed(path, descriptor) }

    /// Gives the lock back. Also keeps the object alive until here.
    func release() {
        flock(descriptor, LOCK_UN)
    }

    private static func isNamed(_ path: String, _ descriptor: Int32) -> Bool {
        var held = stat()
        var named = stat()
        guard fstat(descriptor, &held) == 0, stat(path, &named) == 0 else { return false }
        return held.st_ino == named.st_ino && held.st_dev == named.st_dev
    }

    /// Writes down who holds the lock, for those who wait for it. A full disk may forbid it; the lock holds all the same.
    private func sign() {
        var host = [CChar](repeating: 0, count: 256)
        gethostname(&host, host.count - 1)
        let name = String(decoding: host.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let text = Array("process \(getpid()) on \(name)\n".utf8)
        if ftruncate(descriptor, 0) == 0 { _ = pwrite(descriptor, text, text.count, 0) }
    }

    private static func described(_ path: String) -> String {
        let text = FileManager.default.contents(atPath: path).map { String(decoding: $0.prefix(300), as: UTF8.self) }
        guard let holder = text?.split(separator: "\n").first else { return path }
        return "\(path), which \(holder) holds"
    }
}
