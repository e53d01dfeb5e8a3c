import Foundation
import GRDB
import Messaging
import Model
import TestSupport
import Testing
import Transports

@Suite("Opening the embedded log")
struct EmbeddedOpeningTests {
    let log: LogFixture

    init() throws {
        log = try LogFixture()
    }

    @Test("a second owner is refused with the first one's pid, until it has closed")
    func secondOwner() async throws {
        let first = try await log.open()
        #expect(throws: MessagingError.locked(path: first.path, pid: getpid())) {
            try EmbeddedTransport(path: log.path, settings: log.settings())
        }
        await first.close()
        let second = try EmbeddedTransport(path: log.path, settings: log.settings())
        await second.close()
    }

    @Test("an asker appends to its topics beside the owner, which sees it at its next poll, and to no other")
    func asker() async throws {
        let owner = try await log.open()
        try await owner.prepare(testNamespace.serviceTopics)
        #expect(try EmbeddedTransport.owner(of: log.path)?.pid == getpid())
        let consumer = try await owner.consumer(group: "g", topics: [testNamespace.commands])
        _ = try await consumer.receive(atMost: 1, bytes: 1, within: .milliseconds(1))
        let mode = EmbeddedMode.asker(topics: [testNamespace.commands])
        let asker = try EmbeddedTransport(path: log.path, settings: log.settings(), mode: mode)
        let producer = try await asker.producer(.idempotent)
        func message(_ topic: String) -> Message { Message(topic: topic, partition: 0, key: "a/b", value: [1]) }
        try await producer.publish([message(testNamespace.commands)])
        let deliveries = try await consumer.receive(atMost: 9, bytes: 1000, within: .seconds(1)).deliveries
        #expect(deliveries.map(\.offset) == [0] && deliveries.first?.keyText == "a/b")
        await #expect(throws: MessagingError.self) { try await producer.publish([message(testNamespace.bookmarks)]) }
        await #expect(throws: MessagingError.self) { _ = try await asker.producer(.transactional(id: "x")) }
        await #expect(throws: MessagingError.self) { _ = try await asker.consumer(group: "g", topics: []) }
        await #expect(throws: MessagingError.self) { try await asker.prepare([]) }
        await owner.close()
        #expect(try EmbeddedTransport.owner(of: log.path) == nil)
        try await producer.publish([message(testNamespace.commands)])
        await asker.close()
        let next = try EmbeddedTransport(path: log.path, settings: log.settings())
        let reader = try await next.reader(of: testNamespace.commands, partitions: [0], from: [:])
        #expect(try await reader.next(atMost: 9)?.map(\.offset) == [0, 1])
        await next.close()
    }

    @Test("a reader that is closed while it reads ends")
    func closedWhileReading() async throws {
        let transport = try await log.open()
        try await log.publish(300, to: transport)
        for round in 0..<100 {
            let reader = try await transport.reader(of: log.tickets, partitions: [0], from: [:])
            async let page = reader.next(atMost: 200)
            // Sooner or later than the file is read.
            for _ in 0..<round { await Task.yield() }
            await reader.close()
            #expect([nil, 200].contains(try await page?.count))
            #expect(try await reader.next(atMost: 200) == nil)
        }
        await transport.close()
    }

    @Test("a link to the file is the same log")
    func link() async throws {
        let first = try await log.open()
        let link = log.directory.path("link.sqlite")
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: log.path)
        #expect(throws: MessagingError.locked(path: first.path, pid: getpid())) {
            try EmbeddedTransport(path: link, settings: log.settings())
        }
        await first.close()
    }

    @Test("another process's lock is respected, and gone when that process is killed")
    func otherProcess() async throws {
        let first = try await log.open()
        await first.close()
        let script = """
            import fcntl, os, sys
            lock = open(sys.argv[1], 'r+')
            fcntl.flock(lock, fcntl.LOCK_EX)
            lock.write('%d\\n' % os.getpid()); lock.flush()
            print('locked', flush=True)
            sys.stdin.read()
            """
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-c", script, "\(first.path).lock"]
        let output = Pipe()
        process.standardOutput = output
        process.standardInput = Pipe()
        try process.run()
        #expect(String(decoding: output.fileHandleForReading.availableData, as: UTF8.self).hasPrefix("locked"))
        #expect(throws: MessagingError.locked(path: first.path, pid: process.processIdentifier)) {
            try EmbeddedTransport(path: log.path, settings: log.settings())
        }
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        let second = try EmbeddedTransport(path: log.path, settings: log.settings())
        await second.close()
    }

    @Test("a child process of the owner does not keep the lock")
    func childProcess() async throws {
        let first = try await log.open()
        let child = Process()
        child.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        child.arguments = ["cat"]
        child.standardInput = Pipe()
        try child.run()
        await first.close()
        let second = try EmbeddedTransport(path: log.path, settings: log.settings())
        await second.close()
        kill(child.processIdentifier, SIGKILL)
        child.waitUntilExit()
    }

    @Test("readers work beside the owner and without one, and change nothing")
    func reader() async throws {
        let owner = try await log.open()
        try await log.publish(3, to: owner)
        let beside = try EmbeddedTransport(path: log.path, settings: log.settings(partitions: 12), mode: .reader)
        #expect(beside.partitions == 2)
        #expect(try await log.keys(in: beside) == ["m-0", "m-1", "m-2"])
        try await log.publish(1, name: "later", to: owner)
        #expect(try await log.keys(in: beside).last == "later-0")
        #expect(try await log.keys(of: "test.nothing", in: beside).isEmpty)
        await #expect(throws: MessagingError.self) { try await beside.prepare(testNamespace.serviceTopics) }
        await #expect(throws: MessagingError.self) { try await beside.producer(.idempotent).publish([]) }
        await #expect(throws: MessagingError.self) { try await beside.consumer(group: "g", topics: [log.tickets]) }
        await beside.close()
        await owner.close()
        let alone = try EmbeddedTransport(path: log.path, settings: log.settings(), mode: .reader)
        #expect(try await log.keys(in: alone).count == 4)
        await alone.close()
        let next = try await log.open()
        await next.close()
    }

    @Test("a reader of no log is told so, and makes none")
    func readerOfNothing() {
        #expect(throws: MessagingError.self) {
            try EmbeddedTransport(path: log.path, settings: log.settings(), mode: .reader)
        }
        #expect(!FileManager.default.fileExists(atPath: log.path))
    }

    @Test("a newer format is refused, with what to do", arguments: [EmbeddedMode.owner, .reader])
    func newerFormat(_ mode: EmbeddedMode) async throws {
        let transport = try await log.open()
        await transport.close()
        try log.tamper("UPDATE meta SET value = value + 1 WHERE name = 'format'")
        let error = #expect(throws: MessagingError.self) {
            try EmbeddedTransport(path: log.path, settings: log.settings(), mode: mode)
        }
        #expect(error?.message.contains("upgrade deskpipe") == true)
        #expect(error?.exitCode == .transport)
        try log.tamper("UPDATE meta SET value = value - 1 WHERE name = 'format'")
        let again = try EmbeddedTransport(path: log.path, settings: log.settings(), mode: mode)
        await again.close()
    }

    @Test("another program's file is left as it is")
    func foreign() throws {
        try log.tamper("CREATE TABLE invoices (id INTEGER)")
        #expect(throws: MessagingError.self) { try EmbeddedTransport(path: log.path, settings: log.settings()) }
        let queue = try DatabaseQueue(path: log.path)
        #expect(try queue.read { try $0.tableExists("meta") } == false)
        try Data("no database at all, but a text of some length".utf8).write(to: URL(fileURLWithPath: log.path))
        #expect(throws: MessagingError.self) { try EmbeddedTransport(path: log.path, settings: log.settings()) }
    }

    @Test("another number of partitions is refused")
    func partitions() async throws {
        let transport = try await log.open()
        await transport.close()
        #expect(throws: MessagingError.self) {
            try EmbeddedTransport(path: log.path, settings: log.settings(partitions: 12))
        }
    }

    @Test("the directory is made; where it cannot be, the error names it and what to do")
    func directory() async throws {
        let deep = log.directory.path("a/b/c/log.sqlite")
        let transport = try EmbeddedTransport(path: deep, settings: log.settings())
        await transport.close()
        #expect(FileManager.default.fileExists(atPath: deep))
        for path in ["/proc/deskpipe/log.sqlite", "\(deep)/below/log.sqlite"] {
            let error = #expect(throws: MessagingError.self) {
                try EmbeddedTransport(path: path, settings: log.settings())
            }
            #expect(error?.message.contains("writable") == true)
            #expect(error?.recovery == .stop)
        }
    }

    @Test("only its owner may read the file: it holds people's records")
    func permissions() async throws {
        let transport = try await log.open()
        for suffix in ["", "-wal", ".lock"] {
            let attributes = try FileManager.default.attributesOfItem(atPath: log.path + suffix)
            #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600)
        }
        await transport.close()
    }
}
