import Console
import Crypto
import Foundation
import Logging
import Messaging
import Model
import ServiceRuntime
import Synchronization
import TestSupport
import Testing

@Suite("Webhook deliveries")
struct WebhookDeliveryTests {
    private let now = Facts.noon
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    private static func webhook(
        _ text: String,
        secret: SecretReference? = nil,
        allowsPrivate: Bool = true
    ) throws -> WebhookSettings {
        WebhookSettings(
            url: try WebhookURL(parsing: text, allowsPrivate: allowsPrivate),
            secret: secret,
            allowsPrivate: allowsPrivate
        )
    }

    private func sender(_ webhook: WebhookSettings, _ clock: ManualClock) -> WebhookSender {
        WebhookSender(
            [webhook],
            client: WebhookClient(userAgent: "test"),
            secrets: SecretResolver(environment: [:]),
            clock: clock,
            logger: logger
        )
    }

    private func message(_ webhook: WebhookSettings) throws -> WebhookMessage {
        try #require(try WebhookMessage(.run(try Facts().run(at: now)), for: webhook, at: now))
    }

    @Test("a receiver can check who sent a message, and when")
    func signature() async throws {
        try await Receiver.whileServing { receiver, port in
            let webhook = try Self.webhook("http://127.0.0.1:\(port)/hook?key=1")
            let message = try message(webhook)
            try await WebhookClient(userAgent: "deskpipe/test")
                .deliver(message, to: webhook, secret: Secret("s3cret"), at: now)
            let received = try #require(receiver.received.first)
            #expect(received.path == "/hook?key=1")
            #expect(received.body == message.body)
            #expect(received.headers["content-type"] == "application/cloudevents+json; charset=utf-8")
            #expect(received.headers["user-agent"] == "deskpipe/test")
            let id = try #require(received.headers["webhook-id"])
            let time = try #require(received.headers["webhook-timestamp"])
            #expect(time == "\(now.seconds)")
            let code = HMAC<SHA256>.authenticationCode(
                for: Data("\(id).\(time).".utf8) + Data(received.body),
                using: SymmetricKey(data: Data("s3cret".utf8))
            )
            #expect(received.headers["webhook-signature"] == "v1,\(Data(code).base64EncodedString())")
        }
    }

    @Test("a redirect is not followed, and no answer but 2xx is a success")
    func redirect() async throws {
        try await Receiver.whileServing([302, 500, 204]) { receiver, port in
            let webhook = try Self.webhook("http://127.0.0.1:\(port)/")
            let (client, message) = (WebhookClient(userAgent: "test"), try message(webhook))
            for status in [302, 500] {
                await #expect(throws: WebhookError.refused(webhook.url, status: status)) {
                    try await client.deliver(message, to: webhook, secret: nil, at: now)
                }
            }
            try await client.deliver(message, to: webhook, secret: nil, at: now)
            #expect(receiver.received.map(\.path) == ["/", "/", "/"])
        }
    }

    @Test(
        "no request reaches a host that is not public, by whatever name",
        arguments: ["localhost", "127.0.0.1", "127.1", "2130706433", "0x7f000001", "[::1]", "[::ffff:127.0.0.1]", "0"]
    )
    func privateHost(name: String) async throws {
        try await Receiver.whileServing { receiver, port in
            let url = try WebhookURL(parsing: "https://\(name):\(port)/")
            let webhook = WebhookSettings(url: url)
            await #expect(throws: WebhookError.self) {
                try await WebhookClient(userAgent: "test")
                    .deliver(try message(webhook), to: webhook, secret: nil, at: now)
            }
            #expect(receiver.received.isEmpty)
        }
    }

    @Test("a name that has no address when it is judged is not looked up again for the connection")
    func unresolvableFirst() async throws {
        // It cannot be resolved, and later leads to this machine: nothing may be sent, now or then.
        let lookups = Mutex(0)
        try await Receiver.whileServing { receiver, port in
            let client = WebhookClient(userAgent: "test") { name, _ in
                let number = lookups.withLock { count in
                    count += 1
                    return count
                }
                guard number > 1 else { throw CancelledLookup() }
                return .init(bytes: [127, 0, 0, 1], text: "127.0.0.1")
            }
            let webhook = try Self.webhook("https://rebound.example:\(port)/", allowsPrivate: false)
            let message = try message(webhook)
            await #expect(throws: WebhookError.unresolved(webhook.url)) {
                try await client.deliver(message, to: webhook, secret: nil, at: now)
            }
            await #expect(throws: WebhookError.notPublic(webhook.url)) {
                try await client.deliver(message, to: webhook, secret: nil, at: now)
            }
            #expect(receiver.received.isEmpty)
            #expect(lookups.withLock { $0 } == 2)
        }
    }

    @Test(
        "the connection goes to the address that was judged, and the name is looked up once",
        arguments: ["pinned.example", "Pinned.EXAMPLE.", "xn--bcher-kva.example"]
    )
    func pinned(name: String) async throws {
        let lookups = Mutex(0)
        try await Receiver.whileServing { receiver, port in
            let client = WebhookClient(userAgent: "test") { _, _ in
                lookups.withLock { $0 += 1 }
                return .init(bytes: [127, 0, 0, 1], text: "127.0.0.1")
            }
            let webhook = try Self.webhook("http://\(name):\(port)/")
            try await client.deliver(try message(webhook), to: webhook, secret: nil, at: now)
            #expect(receiver.received.count == 1)
            #expect(lookups.withLock { $0 } == 1)
        }
    }

    @Test("a message that was not taken is sent again with the same id, and an alert stands until it is")
    func retry() async throws {
        try await Receiver.whileServing([503]) { receiver, port in
            let clock = ManualClock(at: now)
            let sender = sender(try Self.webhook("http://127.0.0.1:\(port)/"), clock)
            let stop = StopSignal()
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await sender.run(stop: stop) }
                sender.tell([.run(try Facts().run(at: now))])
                await clock.untilSleeping()
                let findings = sender.findings()
                #expect(findings.map(\.subject.kind) == [.webhookFailing])
                #expect(findings.first?.meaning.contains("503") == true)
                clock.advance(by: .seconds(5))
                await receiver.untilReceived(2)
                stop.set()
                try await group.waitForAll()
            }
            let received = receiver.received
            #expect(received.count == 2)
            #expect(received[0].headers["webhook-id"] == received[1].headers["webhook-id"])
            #expect(received[0].body == received[1].body)
            #expect(received[0].headers["webhook-timestamp"] != received[1].headers["webhook-timestamp"])
        }
    }

    @Test("what a former process owes goes to whom it owes it, once; what failed then fails until it takes something")
    func inherited() async throws {
        try await Receiver.whileServing { receiver, port in
            let urls = ["/told", "/untold"].map { "http://127.0.0.1:\(port)\($0)" }
            let webhooks = try urls.map { try Self.webhook($0) }
            let clock = ManualClock(at: now)
            let run = try Facts().run(at: now)
            let make = { (webhooks: [WebhookSettings], kept: KeptAlerts?) in
                WebhookSender(
                    webhooks,
                    kept: kept,
                    client: WebhookClient(userAgent: "test"),
                    secrets: SecretResolver(environment: [:]),
                    clock: clock,
                    logger: logger
                )
            }
            var book = AlertBook()
            let failing = Finding(
                .init(.webhookFailing, nil, "127.0.0.1:\(port)"),
                .warning,
                since: now - .seconds(60),
                meaning: "Messages are not delivered",
                action: "mend"
            )
            let limit = Finding(.init(.rowLimit), .warning, since: now, meaning: "too many", action: "fewer")
            // Nobody delivers for the former one: both wait, and then one has it.
            let former = make(webhooks, nil)
            former.tell(book.take([failing, limit], at: now).map(BoardEvent.alert))
            var owed = former.owed()
            #expect(owed.count == 2 && owed.values.allSatisfy { $0.count == 2 })
            let alone = make([webhooks[1]], nil)
            alone.tell([.run(run)])
            let untold = try #require(alone.owed()[run.run.rawValue])
            owed = owed.mapValues { _ in untold }
            let kept = KeptAlerts(book, in: try #require(Namespace(rawValue: "deskpipe")), owed: owed)
            let sender = make(webhooks, kept)
            #expect(sender.findings().map(\.since) == [now - .seconds(60), now - .seconds(60)])
            var next = AlertBook(kept)
            sender.tell(next.take([limit] + sender.findings(), at: now).map(BoardEvent.alert))
            let stop = StopSignal()
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await sender.run(stop: stop) }
                await receiver.untilReceived(2)
                // What is new is for all.
                sender.tell([.run(run)])
                await receiver.untilReceived(4)
                stop.set()
            }
            #expect(receiver.received.map(\.path).sorted() == ["/told", "/untold", "/untold", "/untold"])
        }
    }

    @Test("a secret that cannot be read is told, and nothing goes out unsigned")
    func missingSecret() async throws {
        try await Receiver.whileServing { receiver, port in
            let clock = ManualClock(at: now)
            let webhook = try Self.webhook("http://127.0.0.1:\(port)/", secret: .environment("HOOK_SECRET"))
            let sender = sender(webhook, clock)
            let stop = StopSignal()
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await sender.run(stop: stop) }
                sender.tell([.run(try Facts().run(at: now))])
                await clock.untilSleeping()
                #expect(sender.findings().first?.meaning.contains("HOOK_SECRET") == true)
                stop.set()
                try await group.waitForAll()
            }
            #expect(receiver.received.isEmpty)
        }
    }

    private struct CancelledLookup: Error {}
}
