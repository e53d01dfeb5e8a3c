import GRDB
import Messaging
import Model
import Testing

@testable import Transports

@Suite("Errors of the embedded log's file")
struct ErrorMappingTests {
    @Test(
        "say what to do",
        arguments: [
            (ResultCode.SQLITE_FULL, Recovery.retry(after: .seconds(1)), "full"),
            (.SQLITE_READONLY, .stop, "writable"), (.SQLITE_CANTOPEN, .stop, "writable"),
            (.SQLITE_NOTADB, .stop, "no intact log"), (.SQLITE_CORRUPT, .stop, "no intact log"),
            (.SQLITE_BUSY, .retry(after: .seconds(1)), "does not answer"),
            (.SQLITE_IOERR, .retry(after: .seconds(1)), "does not answer"),
        ]
    )
    func mapping(_ code: ResultCode, _ recovery: Recovery, _ words: String) throws {
        let cause = DatabaseError(resultCode: code, message: "cause")
        let error = MessagingError.explaining(cause, call: "publish", path: "/data/log.sqlite")
        let explained = try #require(error as? MessagingError)
        #expect(explained.recovery == recovery)
        #expect(explained.message.contains(words))
        #expect(explained.message.contains("/data/log.sqlite"))
    }

    @Test("an interrupted statement is a cancellation")
    func interrupt() {
        let error = MessagingError.explaining(DatabaseError(resultCode: .SQLITE_INTERRUPT), call: "publish", path: "p")
        #expect(error is CancellationError)
    }
}
