import Foundation
package import Model

/// Files that only this user may read or write: mode 0600, complete and on the disk when a call returns.
package enum PrivateFile {
    /// Makes a file, and the directories that it is in; one that is there is left as it is, and an error.
    /// - Throws: ``PrivateFileError``
    package static func make(_ path: String, _ text: String) throws(PrivateFileError) {
        makeDirectory(of: path)
        let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { throw PrivateFileError(path: path, reason: String(cString: strerror(errno))) }
        let handle = FileHandle(fileDescriptor: file, closeOnDealloc: true)
        do {
            try handle.write(contentsOf: Data(text.utf8))
            try handle.synchronize()
        } catch {
            unlink(path)
            throw PrivateFileError(path: path, reason: "the disk refuses it")
        }
    }

    /// Makes a file, or puts it in the place of another in one step: who reads finds the one or the other, whole.
    /// - Throws: ``PrivateFileError``
    package static func replace(_ path: String, _ text: String) throws(PrivateFileError) {
        let fresh = "\(path).\(getpid()).new"
        unlink(fresh)
        try make(fresh, text)
        guard rename(fresh, path) == 0 else {
            let reason = String(cString: strerror(errno))
            unlink(fresh)
            throw PrivateFileError(path: path, reason: reason)
        }
    }

    private static func makeDirectory(of path: String) {
        let directory = URL(filePath: path).deletingLastPathComponent()
        // Where this fails, so does the file.
        try? FileManager.default.createDirectory(
            at: directory,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
    }
}

/// A file that could not be written.
package struct PrivateFileError: ExplainedError, Hashable {
    package let path: String
    let reason: String

    package var message: String {
        "\(path) cannot be written: \(reason); give this user the right to write there, or name another place"
    }
    package var exitCode: ExitCode { .configuration }
    package var recovery: Recovery { .stop }
}
