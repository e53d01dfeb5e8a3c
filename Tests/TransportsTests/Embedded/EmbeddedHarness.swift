import Foundation
import Messaging
import Model
import Synchronization
import TestSupport
import Transports

/// A log in a directory of its own; a crash is a copy of its files as they lie on the disk while it is still open.
final class EmbeddedHarness: TransportHarness {
    static let capabilities = Set(TransportCapability.allCases)

    let namespace = testNamespace
    private let directory: TemporaryDirectory
    private let opened = Mutex<[EmbeddedTransport]>([])

    init() throws {
        directory = try TemporaryDirectory()
    }

    func open() async throws -> any Transport {
        try await open("log.sqlite")
    }

    func reopenAfterCrash(_ abandoned: any Transport) async throws -> any Transport {
        for suffix in ["", "-wal"] {
            try FileManager.default.copyItem(
                atPath: directory.path("log.sqlite\(suffix)"),
                toPath: directory.path("crashed.sqlite\(suffix)")
            )
        }
        return try await open("crashed.sqlite")
    }

    func recreate(_ former: any Transport) async throws -> any Transport {
        await former.close()
        for name in try FileManager.default.contentsOfDirectory(atPath: directory.url.path) {
            try FileManager.default.removeItem(atPath: directory.path(name))
        }
        return try await open("log.sqlite")
    }

    func publishWithoutCommit(_ messages: [Message], through transport: any Transport) async throws {
        let producer = try await transport.producer(.transactional(id: "aborted"))
        let nowhere = Message(topic: "\(namespace).nowhere", partition: 0, key: "k", value: nil)
        do {
            try await producer.publish(messages + [nowhere])
            throw UnmetExpectation("a topic that does not exist was taken")
        } catch MessagingError.refused {}
    }

    func compact(_ transport: any Transport) async throws {
        guard let transport = transport as? EmbeddedTransport else { throw UnmetExpectation("not an embedded log") }
        try await transport.maintain(now: EmbeddedSettings.systemTime())
    }

    func tearDown() async {
        for transport in opened.withLock({ $0 }) { await transport.close() }
    }

    private func open(_ name: String) async throws -> any Transport {
        let transport = try EmbeddedTransport(path: directory.path(name), settings: EmbeddedSettings(partitions: 3))
        opened.withLock { $0.append(transport) }
        return transport
    }
}
