import Console
import Foundation
import Logging
import Messaging
import Model
import Synchronization
import TestSupport
import Testing

/// What a console leaves on the disk for the one after it.
@Suite("The console's state file")
struct AlertFileTests {
    private let directory: TemporaryDirectory
    private let namespace: Namespace
    private let log = Warnings()

    init() throws {
        directory = try TemporaryDirectory()
        namespace = try #require(Namespace(rawValue: "deskpipe"))
    }

    private func file(in name: String = "state") -> AlertFile {
        AlertFile(directory: directory.path(name), namespace: namespace, logger: log.logger)
    }

    private static var book: AlertBook {
        var book = AlertBook()
        let finding = Finding(.init(.rowLimit), .warning, since: Facts.noon, meaning: "too many", action: "fewer")
        book.take([finding], at: Facts.noon)
        return book
    }

    @Test("it is this user's alone, in a directory that is made, and written when something was told")
    func written() throws {
        let file = file()
        #expect(file.takeOver() == nil && log.texts.isEmpty, "the first of all consoles finds none")
        var book = Self.book
        file.keep(book, owed: [:])
        let attributes = try FileManager.default.attributesOfItem(atPath: file.path)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        let files = try FileManager.default.contentsOfDirectory(atPath: directory.path("state"))
        #expect(files == ["console.deskpipe.json"])
        #expect(self.file().takeOver()?.open.map(\.alert) == book.open)
        // The words of an alert are not written again and again.
        let number = attributes[.systemFileNumber] as? Int
        let finding = Finding(.init(.rowLimit), .warning, since: Facts.noon, meaning: "still", action: "fewer")
        book.take([finding], at: Facts.noon)
        file.keep(book, owed: [:])
        #expect(try FileManager.default.attributesOfItem(atPath: file.path)[.systemFileNumber] as? Int == number)
        book.take([], at: Facts.noon + .seconds(1))
        file.keep(book, owed: [:])
        let kept = try #require(self.file().look())
        #expect(kept.open.isEmpty && kept.resolved.map(\.alert) == book.resolved && kept.format == 1)
    }

    @Test(
        "what cannot be taken over is told of and put aside",
        arguments: [
            ("not JSON", "it is not a file that a console writes"), ("{}", "it is not a file that a console writes"),
            (#"{"format":2}"#, "it has the format 2, this version knows 1"),
            (#"{"format":1,"namespace":"deskpipe","open":[{"alert":{}}],"resolved":[]}"#, "it is damaged"),
            (#"{"format":1,"namespace":"other","open":[],"resolved":[]}"#, "it is of the namespace other"),
        ]
    )
    func foreign(text: String, reason: String) throws {
        let file = file()
        try FileManager.default.createDirectory(atPath: directory.path("state"), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: URL(filePath: file.path))
        #expect(file.look() == nil && log.texts.isEmpty, "who only looks leaves it")
        #expect(file.takeOver() == nil)
        #expect(log.texts.count == 1 && log.texts[0].contains(reason) && log.texts[0].contains(file.path))
        file.keep(Self.book, owed: [:])
        #expect(self.file().takeOver()?.open.count == 1 && log.texts.count == 1)
        #expect(try String(contentsOfFile: "\(file.path).unread", encoding: .utf8) == text)
    }

    @Test("a disk that refuses is told of once, and the console goes on")
    func refused() throws {
        try Data().write(to: URL(filePath: directory.path("file")))
        let file = file(in: "file")
        var book = Self.book
        for second in 1...3 {
            file.keep(book, owed: [:])
            book.take([], at: Facts.noon + .seconds(Int64(second)))
        }
        #expect(log.texts.count == 1 && log.texts[0].contains("cannot be written"))
    }
}

/// Keeps what was warned of.
private final class Warnings: Sendable {
    private let all = Mutex<[String]>([])

    var texts: [String] { all.withLock { $0 } }

    var logger: Logger {
        Logger(label: "test") { _ in Handler(warnings: self) }
    }

    private struct Handler: LogHandler {
        let warnings: Warnings
        var metadata: Logger.Metadata = [:]
        var logLevel = Logger.Level.warning

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            let facts = (event.metadata ?? [:]).values.map { "\($0)" }.joined(separator: " ")
            warnings.all.withLock { $0.append("\(event.message) \(facts)") }
        }
    }
}
