import Extractor
import Foundation
import Messaging
import Model
import ServiceRuntime
import TestSupport
import Testing
import Transports

@Suite("SealedPair")
struct SealedPairTests {
    static let access = "canary-access-\(UUID().uuidString)"
    static let refresh = "canary-refresh-\(UUID().uuidString)"

    static func pair(_ generation: Int = 1) -> OAuthPair {
        OAuthPair(
            accessToken: Secret(access),
            refreshToken: Secret(refresh),
            expiresAt: Timestamp(seconds: 1_800_000_000),
            obtainedAt: Timestamp(seconds: 1_799_900_000),
            generation: generation
        )
    }

    static func key(_ byte: UInt8) throws -> CredentialKey {
        try #require(CredentialKey(bytes: Data(repeating: byte, count: 32)))
    }

    private static func other() throws -> ConnectionKey {
        ConnectionKey(tenant: acme.tenant, connection: try #require(ConnectionID(rawValue: "other")))
    }

    @Test("opens with the key and the connection that it was sealed with, as it was")
    func roundTrip() throws {
        let sealed = try SealedPair(Self.pair(7), of: acme, with: Self.key(1))
        let value = try JSONEncoder().encode(sealed)
        let opened = try SealedPair(decoding: value, of: acme).open(for: acme, with: Self.key(1))
        #expect(opened.accessToken.value == Self.access)
        #expect(opened.refreshToken?.value == Self.refresh)
        #expect(opened.expiresAt == Timestamp(seconds: 1_800_000_000))
        #expect(opened.generation == 7)
        let text = String(decoding: value, as: UTF8.self)
        #expect(!text.contains("canary"))
        #expect("\(opened)".contains("canary") == false)
    }

    @Test("two seals of one pair differ")
    func nonce() throws {
        let seals = try (0..<2).map { _ in try SealedPair(Self.pair(), of: acme, with: Self.key(1)).sealed }
        #expect(seals[0] != seals[1])
    }

    @Test("another key is named as the cause")
    func wrongKey() throws {
        let sealed = try SealedPair(Self.pair(), of: acme, with: Self.key(1))
        #expect(throws: CredentialError.wrongKey(acme)) { try sealed.open(for: acme, with: Self.key(2)) }
    }

    @Test("another connection's pair opens for nobody else, however it is labelled")
    func otherConnection() throws {
        var sealed = try SealedPair(Self.pair(), of: Self.other(), with: Self.key(1))
        #expect(throws: CredentialError.otherConnection(acme)) { try sealed.open(for: acme, with: Self.key(1)) }
        sealed.connection = acme.description
        #expect(throws: CredentialError.damaged(acme)) { try sealed.open(for: acme, with: Self.key(1)) }
    }

    @Test("any changed or missing byte is damage")
    func damaged() throws {
        let sealed = try SealedPair(Self.pair(), of: acme, with: Self.key(1))
        for index in sealed.sealed.indices {
            var changed = sealed
            changed.sealed[index] ^= 1
            #expect(throws: CredentialError.damaged(acme)) { try changed.open(for: acme, with: Self.key(1)) }
            changed.sealed = sealed.sealed.prefix(index)
            #expect(throws: CredentialError.damaged(acme)) { try changed.open(for: acme, with: Self.key(1)) }
        }
        var renumbered = sealed
        renumbered.generation += 1
        #expect(throws: CredentialError.damaged(acme)) { try renumbered.open(for: acme, with: Self.key(1)) }
        for text in ["", "{}", "null", "{\"version\":1}"] {
            #expect(throws: CredentialError.damaged(acme)) { try SealedPair(decoding: Data(text.utf8), of: acme) }
        }
    }

    @Test("a newer format asks for a newer Deskpipe")
    func newer() throws {
        var sealed = try SealedPair(Self.pair(), of: acme, with: Self.key(1))
        sealed.version = 2
        #expect(throws: CredentialError.newerFormat(acme)) { try sealed.open(for: acme, with: Self.key(1)) }
    }
}

@Suite("CredentialKey")
struct CredentialKeyTests {
    private func reference(_ content: Data?, in directory: TemporaryDirectory) throws -> SecretReference {
        if let content { try content.write(to: URL(filePath: directory.path("key"))) }
        return .file(directory.path("key"))
    }

    @Test("32 bytes are a key, raw or in base64, with or without a line's end; from a variable too")
    func forms() throws {
        let directory = try TemporaryDirectory()
        let bytes = Data((0..<32).map { UInt8($0 * 8 ^ 0xff) })
        let base64 = bytes.base64EncodedString()
        let sealed = try SealedPair(SealedPairTests.pair(), of: acme, with: try #require(CredentialKey(bytes: bytes)))
        let urlSafe = base64.replacing("+", with: "-").replacing("/", with: "_")
        for content in [bytes, Data(base64.utf8), Data("\(base64)\n".utf8), Data(urlSafe.utf8)] {
            let key = try CredentialKey(reference(content, in: directory), secrets: SecretResolver(environment: [:]))
            #expect(try sealed.open(for: acme, with: key).generation == 1)
        }
        let key = try CredentialKey(.environment("KEY"), secrets: SecretResolver(environment: ["KEY": base64]))
        #expect(try sealed.open(for: acme, with: key).generation == 1)
    }

    @Test("anything else is refused by its place, without its content")
    func unusable() throws {
        let directory = try TemporaryDirectory()
        for content in [
            Data(), Data(repeating: 1, count: 31), Data("canary-no-key".utf8), Data(repeating: 65, count: 44),
        ] {
            let reference = try reference(content, in: directory)
            let error = #expect(throws: CredentialError.self) {
                _ = try CredentialKey(reference, secrets: SecretResolver(environment: [:]))
            }
            #expect(error == .keyUnusable(reference))
            #expect(error?.message.contains("canary") == false)
        }
        let nowhere = SecretReference.file(directory.path("nowhere"))
        #expect(throws: CredentialError.keyMissing(nowhere)) {
            _ = try CredentialKey(nowhere, secrets: SecretResolver(environment: [:]))
        }
    }

    @Test("a key that is missing is made for this user only, and never made anew")
    func made() throws {
        let directory = try TemporaryDirectory()
        let reference = SecretReference.file(directory.path("deep/down/key"))
        let first = try CredentialKey.loadOrMake(reference, secrets: SecretResolver(environment: [:]))
        #expect(first.isNew)
        let mode = try FileManager.default.attributesOfItem(atPath: directory.path("deep/down/key"))[.posixPermissions]
        #expect(mode as? Int == 0o600)
        let again = try CredentialKey.loadOrMake(reference, secrets: SecretResolver(environment: [:]))
        #expect(!again.isNew)
        let sealed = try SealedPair(SealedPairTests.pair(), of: acme, with: first.key)
        #expect(try sealed.open(for: acme, with: again.key).generation == 1)
    }
}

@Suite("CredentialStore")
struct CredentialStoreTests {
    @Test("the last pair that was published counts, of each connection its own")
    func latest() async throws {
        let directory = try TemporaryDirectory()
        let transport = try EmbeddedTransport(path: directory.path("log.sqlite"))
        try await transport.prepare(deskpipe.serviceTopics)
        let key = try SealedPairTests.key(1)
        let store = CredentialStore(transport, deskpipe, key: key)
        let other = ConnectionKey(tenant: acme.tenant, connection: try #require(ConnectionID(rawValue: "other")))
        #expect(try await store.latest(for: acme) == nil)
        let producer = try await transport.producer(.idempotent)
        for generation in 1...5 {
            try await producer.publish([try store.message(SealedPairTests.pair(generation), for: acme)])
            try await producer.publish([try store.message(SealedPairTests.pair(generation + 10), for: other)])
            #expect(try await store.latest(for: acme)?.generation == generation)
        }
        #expect(try await store.latest(for: other)?.generation == 15)
        await producer.close()
        await transport.close()
    }
}
