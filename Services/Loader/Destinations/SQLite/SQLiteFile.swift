import Foundation
import GRDB
import Loader
import Model

/// The file of one schema: where it is, and what must hold before it is opened.
struct SQLiteFile {
    let schema: SchemaName
    let path: String
    /// How long another program's transaction is waited for.
    let lockWait: Duration

    private var directory: String { URL(fileURLWithPath: path).deletingLastPathComponent().path }

    /// Makes the directory where it is missing.
    func makeDirectory() throws(DestinationError) {
        do {
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        } catch {
            throw .forbidden(
                "the directory \(directory) cannot be made",
                mend: "make it, and let this user write there, or name another in `destination`"
            )
        }
    }

    /// Opens the file, making it where it is missing. Nothing is written to one that exists.
    func open() throws -> DatabaseQueue {
        var configuration = Configuration()
        configuration.label = "deskpipe.sqlite"
        configuration.busyMode = .timeout(lockWait / .seconds(1))
        configuration.foreignKeysEnabled = false
        return try DatabaseQueue(path: path, configuration: configuration)
    }

    /// Tries that files can be made and written in the directory, and leaves none behind.
    func tryDirectory() throws(DestinationError) {
        let existed = FileManager.default.fileExists(atPath: directory)
        try makeDirectory()
        let trial = "\(path).check-\(ProcessInfo.processInfo.processIdentifier)"
        let isWritten = FileManager.default.createFile(atPath: trial, contents: Data([0]))
        // Best effort: what cannot be removed was not made.
        try? FileManager.default.removeItem(atPath: trial)
        if !existed { try? FileManager.default.removeItem(atPath: directory) }
        guard isWritten else { throw forbidden("no file can be made in \(directory)") }
    }

    var exists: Bool { FileManager.default.fileExists(atPath: path) }

    /// What an error of SQLite means for loading.
    func destinationError(_ error: DatabaseError, table: String? = nil) -> DestinationError {
        let text = "\(error.message ?? "no message") (SQLite \(error.extendedResultCode.rawValue))"
        switch error.resultCode {
        case .SQLITE_FULL: return .full("\(path): \(text)")
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            return .lockTimeout("\(path), which another program writes: end the one that `fuser \(path)` names")
        case .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_CANTOPEN, .SQLITE_AUTH: return forbidden("\(path): \(text)")
        case .SQLITE_NOTADB:
            return .ownedByOther(schema: schema, owner: "someone else: \(path) is not an SQLite database")
        case .SQLITE_CONSTRAINT, .SQLITE_TOOBIG, .SQLITE_MISMATCH: return .refused(placed(text, table))
        case .SQLITE_ERROR where error.message?.hasPrefix("too many columns") == true:
            return .refused(placed(text, table))
        // To SQLite names that differ only by their case are one: what is at fault is the record with the second.
        case .SQLITE_ERROR where error.message?.hasPrefix("duplicate column name") == true:
            return .refused(placed(text, table))
        default: return .failed("\(path): \(text)")
        }
    }

    private func placed(_ text: String, _ table: String?) -> String {
        table.map { "\(text) in table \($0)" } ?? text
    }

    private func forbidden(_ what: String) -> DestinationError {
        .forbidden(what, mend: "let this user write \(directory) and the files in it (chown, chmod, a writable mount)")
    }
}
