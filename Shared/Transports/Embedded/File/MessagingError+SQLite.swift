import Foundation
import GRDB
import Messaging

extension MessagingError {
    /// What an error of SQLite means for those who use the log.
    /// - Parameter call: what was being done.
    static func explaining(_ error: DatabaseError, call: String, path: String) -> any Error {
        let reason = "\(path): \(error.message ?? "no reason given") (SQLite \(error.extendedResultCode.rawValue))"
        switch error.resultCode {
        case .SQLITE_FULL:
            return MessagingError.full("no room to write \(path) (SQLite \(error.extendedResultCode.rawValue))")
        case .SQLITE_INTERRUPT, .SQLITE_ABORT:
            return CancellationError()
        case .SQLITE_BUSY, .SQLITE_LOCKED, .SQLITE_IOERR, .SQLITE_NOMEM:
            return MessagingError.unavailable(call: call, reason: reason)
        case .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_CANTOPEN, .SQLITE_AUTH:
            return MessagingError.refused(
                call: call,
                reason: "\(reason); make the file and its directory writable, or name another file in `transport`"
            )
        case .SQLITE_NOTADB, .SQLITE_CORRUPT:
            return MessagingError.refused(
                call: call,
                reason: "\(reason); this is no intact log: move it away, or name another file in `transport`"
            )
        default:
            return MessagingError.refused(call: call, reason: reason)
        }
    }

    /// A file that cannot be created or written.
    static func notWritable(_ path: String, errno code: Int32) -> MessagingError {
        let text = String(cString: strerror(code))
        if code == ENOSPC || code == EDQUOT { return .full("\(path): \(text)") }
        return .refused(
            call: "open",
            reason: "\(path): \(text); make its directory writable, or name another file in `transport`"
        )
    }
}
