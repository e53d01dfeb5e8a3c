import Extractor
import Messaging
import Model
import ServiceRuntime
import Synchronization
import TestSupport
import Testing
import Transports

/// A disk whose free space a test sets.
private final class Disk: Sendable {
    private let free: Mutex<Int64>

    init(free: Int64) {
        self.free = Mutex(free)
    }

    var bytes: Int64 {
        get { free.withLock { $0 } }
        set { free.withLock { $0 = newValue } }
    }
}

@Suite("Publisher")
struct PublisherTests {
    private let message = Message(topic: deskpipe.bookmarks, partition: 0, key: "k", value: [0x7B, 0x7D])

    private func withPublisher(
        _ disk: Disk,
        _ stop: StopSignal,
        _ body: (Publisher, any Transport) async throws -> Void
    ) async throws {
        let directory = try TemporaryDirectory()
        let settings = EmbeddedSettings(freeBytes: { _ in disk.bytes })
        let transport = try EmbeddedTransport(path: directory.path("log.sqlite"), settings: settings)
        try await transport.prepare(deskpipe.serviceTopics)
        let producer = try await transport.producer(.transactional(id: "a"))
        try await body(Publisher(producer, clock: LeapingClock(SystemClock()), stop: stop), transport)
        await producer.close()
        await transport.close()
    }

    @Test("a full log is waited for, and then takes the messages once")
    func full() async throws {
        let disk = Disk(free: 0)
        try await withPublisher(disk, StopSignal()) { publisher, transport in
            var waits: [RunProgress.Wait?] = []
            try await publisher.publish([message]) { wait in
                waits.append(wait)
                // As many tries as a transport that does not answer would get, and more.
                if waits.count == 20 { disk.bytes = .max }
            }
            #expect(waits.count == 20)
            #expect(waits[0]?.reason.contains("full") == true && waits[19] == nil)
            let reader = try await transport.reader(of: deskpipe.bookmarks, partitions: nil, from: [:])
            #expect(try await reader.next(atMost: 10)?.count == 1)
        }
    }

    @Test("a stop ends the wait")
    func stopped() async throws {
        let stop = StopSignal()
        try await withPublisher(Disk(free: 0), stop) { publisher, _ in
            await #expect(throws: CancellationError.self) {
                try await publisher.publish([message]) { _ in stop.set() }
            }
        }
    }
}
