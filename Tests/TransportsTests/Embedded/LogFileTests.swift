import GRDB
import Messaging
import TestSupport
import Testing

@testable import Transports

@Suite("LogFile")
struct LogFileTests {
    @Test("commits wait for the disk, into a write-ahead log, in a file that can shrink")
    func pragmas() async throws {
        let directory = try TemporaryDirectory()
        let file = try LogFile(owning: directory.path("log.sqlite"), settings: EmbeddedSettings())
        let settings = try await file.read("test") { db in try String.fetchOne(db, sql: "PRAGMA journal_mode") }
        #expect(settings == "wal")
        let numbers = try await file.write("test") { db in
            try ["synchronous", "auto_vacuum"].map { try Int.fetchOne(db, sql: "PRAGMA \($0)") }
        }
        // FULL and INCREMENTAL.
        #expect(numbers == [2, 2])
        file.close()
    }

    @Test("a transaction that runs into the file's hard bound says full and leaves nothing")
    func hardBound() async throws {
        let directory = try TemporaryDirectory()
        let settings = EmbeddedSettings(max: 1 << 20)
        let file = try LogFile(owning: directory.path("log.sqlite"), settings: settings)
        try await file.write("test") { try $0.execute(sql: "CREATE TABLE filler (bytes BLOB)") }
        let error = await #expect(throws: MessagingError.self) {
            try await file.write("test") { db in
                for _ in 0..<100 { try db.execute(sql: "INSERT INTO filler VALUES (zeroblob(1000000))") }
            }
        }
        guard case .full = error else {
            Issue.record("not full but \(String(describing: error))")
            return
        }
        #expect(try await file.read("test") { try Int.fetchOne($0, sql: "SELECT count(*) FROM filler") } == 0)
        try await file.write("test") { try $0.execute(sql: "INSERT INTO filler VALUES (x'00')") }
        file.close()
    }
}
