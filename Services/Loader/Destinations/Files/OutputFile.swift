import Foundation
import Loader

/// A file that is being written, by its descriptor.
final class OutputFile {
    private let descriptor: Int32
    private let path: String
    private let directory: FilesDirectory
    private var isOpen = true

    /// Makes the file, or empties it.
    init(_ path: String, directory: FilesDirectory) throws(DestinationError) {
        descriptor = Foundation.open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
        self.path = path
        self.directory = directory
        guard descriptor >= 0 else { throw directory.failure(errno, "\(path) cannot be written") }
    }

    deinit {
        if isOpen, descriptor >= 0 { Foundation.close(descriptor) }
    }

    func write(_ bytes: UnsafeRawBufferPointer) throws(DestinationError) {
        var rest = bytes
        while let base = rest.baseAddress, !rest.isEmpty {
            let count = Foundation.write(descriptor, base, rest.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw directory.failure(errno, "\(path) cannot be written") }
            rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        }
    }

    /// Makes what was written durable and closes the file.
    func finish() throws(DestinationError) {
        guard fsync(descriptor) == 0 else { throw directory.failure(errno, "\(path) is not durable") }
        isOpen = false
        guard Foundation.close(descriptor) == 0 else { throw directory.failure(errno, "\(path) does not close") }
    }
}
