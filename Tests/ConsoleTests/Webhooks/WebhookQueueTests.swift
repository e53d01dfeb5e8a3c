import Console
import Model
import Testing

@Suite("WebhookQueue")
struct WebhookQueueTests {
    private let now = Facts.noon

    private func message(_ number: Int) throws -> WebhookMessage {
        let webhook = WebhookSettings(url: try WebhookURL(parsing: "https://example.com/"))
        let report = try Facts().run(at: now + .seconds(Int64(number)))
        return try #require(try WebhookMessage(.run(report), for: webhook, at: now))
    }

    @Test("messages go in order; one that failed is tried again later, and holds up those after it")
    func order() throws {
        var queue = WebhookQueue()
        #expect(queue.step(at: now) == .idle)
        let messages = try (0..<2).map(message)
        for message in messages { queue.add(message) }
        #expect(queue.step(at: now) == .send(messages[0]))
        queue.failed("answered 500", at: now)
        #expect(queue.step(at: now) == .wait(until: now + .seconds(5)))
        #expect(queue.failingSince == now)
        #expect(queue.step(at: now + .seconds(5)) == .send(messages[0]))
        queue.delivered()
        #expect(queue.failingSince == nil)
        #expect(queue.step(at: now + .seconds(5)) == .send(messages[1]))
        queue.delivered()
        #expect(queue.step(at: now) == .idle)
    }

    @Test("the pauses grow, and after ten attempts a message is given up")
    func backoff() throws {
        var queue = WebhookQueue()
        queue.add(try message(0))
        var time = now
        var pauses: [Duration] = []
        while case .send = queue.step(at: time) {
            queue.failed("no answer", at: time)
            if case .wait(let until) = queue.step(at: time) {
                pauses.append(until - time)
                time = until
            }
        }
        #expect(pauses.count == 9)
        #expect(pauses == pauses.sorted())
        #expect(queue.lost == 1)
        #expect(queue.step(at: time) == .idle)
        #expect(queue.failingSince == now)
    }

    @Test("what waits is bounded: the oldest make room, not the one under way")
    func bound() throws {
        var queue = WebhookQueue()
        let first = try message(0)
        for number in 0..<WebhookQueue.mostWaiting + 5 { queue.add(number == 0 ? first : try message(number)) }
        #expect(queue.lost == 5)
        #expect(queue.step(at: now) == .send(first))
        queue.delivered()
        #expect(queue.step(at: now) == .send(try message(6)))
    }
}
