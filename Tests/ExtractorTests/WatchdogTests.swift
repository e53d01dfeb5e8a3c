import Extractor
import Model
import Testing

@Suite("Watchdog and outage")
struct WatchdogTests {
    private let start = Timestamp(seconds: 1_800_000_000)

    private func at(_ seconds: Int64) -> Timestamp { start + .seconds(seconds) }

    @Test("a stream without progress for ten minutes is told once per stall")
    func stall() {
        var watchdog = Watchdog()
        watchdog.progress("tickets", at: start)
        watchdog.progress("users", at: at(400))
        #expect(watchdog.stalls(at: at(599)).isEmpty)
        #expect(watchdog.stalls(at: at(600)) == [.init(stream: "tickets", since: start)])
        #expect(watchdog.stalls(at: at(700)).isEmpty)
        watchdog.progress("tickets", at: at(800))
        watchdog.end("users")
        #expect(watchdog.stalls(at: at(1399)).isEmpty)
        #expect(watchdog.stalls(at: at(1400)) == [.init(stream: "tickets", since: at(800))])
    }

    @Test("waiting for the rate limit or a turn is no stall, and the time counts from its end")
    func held() {
        var watchdog = Watchdog()
        watchdog.progress("tickets", at: start)
        watchdog.hold("tickets")
        watchdog.hold("tickets")
        watchdog.release("tickets", at: at(3000))
        #expect(watchdog.stalls(at: at(4000)).isEmpty)
        watchdog.release("tickets", at: at(5000))
        #expect(watchdog.stalls(at: at(5599)).isEmpty)
        #expect(watchdog.stalls(at: at(5600)) == [.init(stream: "tickets", since: at(5000))])
    }

    @Test("who is not watched never stalls")
    func unknown() {
        var watchdog = Watchdog()
        watchdog.hold("tickets")
        watchdog.release("tickets", at: start)
        #expect(watchdog.stalls(at: at(100_000)).isEmpty)
    }

    @Test("five minutes without a proper answer hint at the status page")
    func outage() {
        var outage = Outage()
        #expect(outage.hint(at: start) == nil)
        outage.failed(at: start)
        outage.failed(at: at(200))
        #expect(outage.hint(at: at(299)) == nil)
        #expect(outage.hint(at: at(430)) == "for 7 minutes now, see https://status.zendesk.com")
        outage.answered()
        outage.failed(at: at(440))
        #expect(outage.hint(at: at(700)) == nil)
    }
}
