import Foundation
import Loader

/// The directory of one schema: durable changes to the files in it. Names are relative to it.
struct FilesDirectory: Sendable {
    let path: String
    /// See ``FilesDestination/init(directory:logger:beforeStep:)``.
    let beforeStep: @Sendable (String) throws -> Void

    /// Deskpipe's own: the manifest, the lock, what is being written. Readers of tables pass over it.
    static let own = "_deskpipe"
    static let staging = "_deskpipe/staging"
    static let keys = "_deskpipe/keys"
    static let outbox = "_deskpipe/outbox"
    static let lock = "_deskpipe/lock"

    func absolute(_ name: String) -> String { name.isEmpty ? path : "\(path)/\(name)" }

    func exists(_ name: String) -> Bool { access(absolute(name), F_OK) == 0 }

    func isDirectory(_ name: String) -> Bool {
        var found = stat()
        return stat(absolute(name), &found) == 0 && found.st_mode & S_IFMT == S_IFDIR
    }

    /// The directories that are to be made for the schema's to be there, the lowest first.
    func missingDirectories() -> [String] {
        var missing: [String] = []
        var place = URL(fileURLWithPath: path)
        while place.path != "/", access(place.path, F_OK) != 0 {
            missing.append(place.path)
            place.deleteLastPathComponent()
        }
        return missing
    }

    /// The names in a directory, in order; none where there is no directory.
    func list(_ name: String) throws(DestinationError) -> [String] {
        guard exists(name) else { return [] }
        do {
            return try FileManager.default.contentsOfDirectory(atPath: absolute(name)).sorted()
        } catch {
            throw failure(EIO, "the directory \(absolute(name)) cannot be read")
        }
    }

    /// What a file holds; nil where there is none.
    func read(_ name: String) throws(DestinationError) -> Data? {
        guard exists(name) else { return nil }
        do {
            return try Data(contentsOf: URL(fileURLWithPath: absolute(name)))
        } catch {
            throw failure(exists(name) ? EACCES : ENOENT, "\(absolute(name)) cannot be read")
        }
    }

    /// Makes a directory and those above it, durable when it returns.
    func makeDirectory(_ name: String) throws {
        if exists(name) { return }
        let parent = name.split(separator: "/").dropLast().joined(separator: "/")
        if !name.isEmpty {
            try makeDirectory(parent)
            try beforeStep("make \(name)")
            guard mkdir(absolute(name), 0o777) == 0 || errno == EEXIST else {
                throw failure(errno, "the directory \(absolute(name)) cannot be made")
            }
            try synchronize(parent)
            return
        }
        try beforeStep("make the schema's directory")
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw failure(EACCES, "the directory \(path) cannot be made")
        }
        try synchronize("..")
    }

    /// Replaces a file whole: a reader, and a crash, sees the old or the new one. Durable when it returns.
    func replace(_ name: String, with data: Data) throws {
        let temporary = "\(Self.staging)/\(name.replacing("/", with: "+"))"
        try beforeStep("write \(name)")
        let file = try OutputFile(absolute(temporary), directory: self)
        try data.withUnsafeBytes { try file.write($0) }
        try beforeStep("synchronize \(name)")
        try file.finish()
        try move(temporary, to: name)
        try synchronize(name.split(separator: "/").dropLast().joined(separator: "/"))
    }

    /// Renames a file; durable once its directory is synchronized.
    func move(_ name: String, to target: String) throws {
        try beforeStep("rename to \(target)")
        guard rename(absolute(name), absolute(target)) == 0 else {
            throw failure(errno, "\(absolute(target)) cannot be put in place")
        }
    }

    /// Removes a file; one that is not there is none.
    func remove(_ name: String) throws {
        try beforeStep("remove \(name)")
        guard unlink(absolute(name)) == 0 || errno == ENOENT else {
            throw failure(errno, "\(absolute(name)) cannot be removed")
        }
    }

    /// Removes a directory with what is in it.
    func removeDirectory(_ name: String) throws {
        for file in try list(name) { try remove("\(name)/\(file)") }
        try beforeStep("remove \(name)")
        guard rmdir(absolute(name)) == 0 || errno == ENOENT else {
            throw failure(errno, "\(absolute(name)) cannot be removed")
        }
    }

    /// Makes what was renamed, made and removed in a directory durable.
    func synchronize(_ name: String) throws {
        try beforeStep("synchronize directory \(name)")
        let descriptor = Foundation.open(absolute(name), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(errno, "the directory \(absolute(name)) cannot be opened") }
        defer { Foundation.close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure(errno, "the directory \(absolute(name)) is not durable") }
    }

    /// What an error number of the system means for loading.
    func failure(_ number: Int32, _ what: String) -> DestinationError {
        let text = "\(what): \(String(cString: strerror(number)))"
        switch number {
        case ENOSPC, EDQUOT, EFBIG: return .full(text)
        case EACCES, EPERM, EROFS, ENOTDIR, EISDIR:
            return .forbidden(
                text,
                mend: "let this user write \(path) and all in it (chown, chmod, a writable mount), or name another "
                    + "directory in `destination`"
            )
        default: return .failed(text)
        }
    }
}
