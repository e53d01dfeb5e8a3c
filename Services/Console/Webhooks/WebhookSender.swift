package import Logging
package import Model
package import ServiceRuntime
import Synchronization

/// Tells the webhooks what happens, each in order and at its own pace. Of what waits when the process ends, alerts are told
/// after the next start where ``KeptAlerts`` are kept; else those that are open are told again, with the same id.
package final class WebhookSender: Sendable {
    private struct Webhook {
        let settings: WebhookSettings
        let name: String
        var queue: WebhookQueue
        /// Set when something was added.
        var wake = StopSignal()
    }

    private let client: WebhookClient
    private let secrets: SecretResolver
    private let clock: any WallClock
    private let logger: Logger
    private let webhooks: Mutex<[Webhook]>
    /// What a former process owes, and whom alone: each is told of once.
    private let inherited: Mutex<[String: Set<String>]>

    /// - Parameter kept: what a former process has told of alerts.
    package init(
        _ webhooks: [WebhookSettings],
        kept: KeptAlerts? = nil,
        client: WebhookClient,
        secrets: SecretResolver,
        clock: any WallClock,
        logger: Logger
    ) {
        self.client = client
        self.secrets = secrets
        self.clock = clock
        self.logger = logger
        inherited = Mutex(kept?.owed ?? [:])
        let failing = kept?.open.map(\.alert).filter { $0.kind == .webhookFailing } ?? []
        self.webhooks = Mutex(
            webhooks.map { settings in
                let since = failing.first { $0.subject == settings.url.description }?.since
                return Webhook(settings: settings, name: settings.name, queue: WebhookQueue(failingSince: since))
            }
        )
    }

    /// Takes what has happened; returns at once.
    package func tell(_ events: [BoardEvent]) {
        let now = clock.now()
        let heirs = inherited.withLock { inherited in
            events.reduce(into: [String: Set<String>]()) { $0[$1.id] = inherited.removeValue(forKey: $1.id) }
        }
        let woken = webhooks.withLock { webhooks in
            var woken: [StopSignal] = []
            for index in webhooks.indices {
                let name = webhooks[index].name
                let wanted = events.filter { heirs[$0.id]?.contains(name) ?? true }
                // What a report holds always encodes.
                let messages = wanted.compactMap { try? WebhookMessage($0, for: webhooks[index].settings, at: now) }
                guard !messages.isEmpty else { continue }
                for message in messages { webhooks[index].queue.add(message) }
                woken.append(webhooks[index].wake)
            }
            return woken
        }
        for signal in woken { signal.set() }
    }

    /// What waits to be told, by its id: the names of the webhooks.
    package func owed() -> [String: Set<String>] {
        webhooks.withLock { webhooks in
            var owed: [String: Set<String>] = [:]
            for webhook in webhooks {
                for id in webhook.queue.waitingIDs { owed[id, default: []].insert(webhook.name) }
            }
            return owed
        }
    }

    /// Delivers until `stop`.
    package func run(stop: StopSignal) async {
        await withTaskGroup(of: Void.self) { group in
            for index in webhooks.withLock({ $0.indices }) {
                group.addTask {
                    // It throws when the signal is set.
                    try? await stop.interrupting { try await self.deliver(index) }
                }
            }
        }
    }

    /// Webhooks that have not got what they should have.
    package func findings() -> [Finding] {
        webhooks.withLock { webhooks in
            webhooks.compactMap { webhook in
                guard let since = webhook.queue.failingSince else { return nil }
                return Finding(
                    .init(.webhookFailing, nil, webhook.settings.url.description),
                    .warning,
                    since: since,
                    meaning: "Messages are not delivered: \(webhook.queue.failure ?? ""). "
                        + "\(webhook.queue.lost) were given up.",
                    action: "Mend the receiver, or the setting console.webhooks. What waits is tried again for a day."
                )
            }
        }
    }

    /// Delivers what comes for one webhook.
    private func deliver(_ index: Int) async throws {
        while true {
            let (settings, step, wake) = webhooks.withLock { webhooks in
                if webhooks[index].wake.isSet { webhooks[index].wake = StopSignal() }
                return (webhooks[index].settings, webhooks[index].queue.step(at: clock.now()), webhooks[index].wake)
            }
            switch step {
            case .send(let message): try await send(message, to: settings, index)
            case .wait(let until): try await clock.sleep(for: until - clock.now())
            case .idle:
                await wake.wait()
                try Task.checkCancellation()
            }
        }
    }

    private func send(_ message: WebhookMessage, to settings: WebhookSettings, _ index: Int) async throws {
        do {
            let secret = try settings.secret.map { try secrets.resolve($0) }
            try await client.deliver(message, to: settings, secret: secret, at: clock.now())
            webhooks.withLock { $0[index].queue.delivered() }
        } catch let error as any ExplainedError {
            webhooks.withLock { $0[index].queue.failed(error.message, at: clock.now()) }
            logger.warning(
                "a webhook was not delivered",
                metadata: [LogKeys.address: "\(settings.url)", LogKeys.error: "\(error.message)"]
            )
        }
    }
}
