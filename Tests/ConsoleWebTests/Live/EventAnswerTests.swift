import Hummingbird
import HummingbirdCore
import Synchronization
import TestSupport
import Testing

@testable import ConsoleWeb

@Suite("EventAnswer")
struct EventAnswerTests {
    /// A browser that reads so many writes, and leaves then.
    private final class Browser: Sendable {
        private let most: Int
        private let read = Mutex<[String]>([])

        init(leavingAfter most: Int) {
            self.most = most
        }

        var texts: [String] { read.withLock { $0 } }

        struct Left: Error {}

        struct Writer: ResponseBodyWriter {
            let browser: Browser

            mutating func write(_ buffer: ByteBuffer) async throws {
                let count = browser.read.withLock { read in
                    read.append(String(buffer: buffer))
                    return read.count
                }
                if count >= browser.most { throw Left() }
            }

            consuming func finish(_ trailers: HTTPFields?) async throws {}
        }
    }

    /// Sends looks to a browser, with a clock that never waits.
    private static func send(
        _ looks: [EventAnswer.Look],
        to browser: Browser,
        _ streams: OpenStreams = OpenStreams()
    ) async throws {
        let clock = ManualClock()
        let events = EventAnswer(streams: streams, clock: clock)
        let response = try events.response(0) { place in
            defer { place += 1 }
            return place < looks.count ? looks[place] : .nothing
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                while !Task.isCancelled {
                    if clock.sleepers > 0 { clock.advance(by: .seconds(1)) }
                    await Task.yield()
                }
            }
            defer { group.cancelAll() }
            try await response.body.write(Browser.Writer(browser: browser))
        }
    }

    @Test("something is sent at once, then each event, and a comment where it is silent for long")
    func events() async throws {
        let browser = Browser(leavingAfter: 4)
        await #expect(throws: Browser.Left.self) {
            try await Self.send([.nothing, .event("change", "7"), .event("change", "8")], to: browser)
        }
        let comment = ": still here\n\n"
        #expect(browser.texts == [comment, "event: change\ndata: 7\n\n", "event: change\ndata: 8\n\n", comment])
    }

    @Test("the last event ends the stream")
    func end() async throws {
        let browser = Browser(leavingAfter: 100)
        try await Self.send([.event("lines", "x"), .end("end"), .event("lines", "y")], to: browser)
        #expect(browser.texts == ["event: lines\ndata: x\n\n", "event: end\ndata: \n\n"])
    }

    @Test("no more than so many are open at once, and one that a browser left makes room")
    func bound() async throws {
        let streams = OpenStreams()
        for _ in 0..<OpenStreams.most { streams.opened() }
        let browser = Browser(leavingAfter: 1)
        await #expect(throws: Refusal.tooMany) { try await Self.send([], to: browser, streams) }
        streams.closed()
        await #expect(throws: Browser.Left.self) { try await Self.send([], to: browser, streams) }
        #expect(streams.hasRoom)
    }
}
