import Extractor
import Foundation
import Messaging
import Model
import ServiceRuntime
import Synchronization
import Testing

@Suite("A run's log and progress")
struct RunChannelTests {
    @Test("a backlog drops its oldest lines, and says how many are missing")
    func bounded() {
        var backlog = LogBacklog(maxLines: 3)
        for number in 1...5 { backlog.add(Self.line("\(number)")) }
        let lines = backlog.take().told
        #expect(lines.map { $0.facts["number"] } == [nil, "3", "4", "5"])
        #expect(lines.first?.facts["lines"] == "2" && lines.first?.level == .warning)
        #expect(backlog.take().told.isEmpty)
    }

    @Test("a backlog is bounded in bytes too, and one long fact is cut")
    func boundedInBytes() {
        var backlog = LogBacklog(maxBytes: 10_000)
        for _ in 1...9 { backlog.add(Self.line(String(repeating: "x", count: 100_000))) }
        let lines = backlog.take().told
        #expect(lines.count > 2 && lines.count < 9)
        #expect(lines.allSatisfy { ($0.facts["number"] ?? "").utf8.count < 2100 })
    }

    @Test("lines that were given back come first again")
    func givenBack() {
        var backlog = LogBacklog(maxLines: 3)
        backlog.add(Self.line("1"))
        backlog.add(Self.line("2"))
        let taken = backlog.take()
        backlog.add(Self.line("3"))
        backlog.putBack(taken)
        #expect(backlog.take().told.map { $0.facts["number"] } == ["1", "2", "3"])
    }

    @Test("progress goes out at its beginning, every few seconds while it changes or waits, and at its end")
    func progress() throws {
        var publisher = ProgressPublisher()
        let start = Timestamp(seconds: 1_000_000)
        #expect(publisher.due(at: start) == nil)
        publisher.note(try Self.progress(records: 0))
        #expect(publisher.due(at: start) != nil)
        publisher.note(try Self.progress(records: 10))
        #expect(publisher.due(at: start + .seconds(3)) == nil)
        #expect(publisher.due(at: start + .seconds(5))?.streams.first?.records == 10)
        #expect(publisher.due(at: start + .seconds(30)) == nil, "nothing changed")
        publisher.note(try Self.progress(records: 10, waits: true))
        #expect(publisher.due(at: start + .seconds(31))?.waiting?.reason == "the rate limit")
        #expect(publisher.due(at: start + .seconds(36))?.waiting != nil, "it still waits")
        publisher.note(try Self.progress(records: 11, status: .succeeded))
        #expect(publisher.due(at: start + .seconds(37))?.status == .succeeded, "an end is told at once")
        publisher.putBack()
        #expect(publisher.due(at: start + .seconds(38))?.status == .succeeded)
    }

    @Test("a run's lines and its last report are in their topics, without a secret", .timeLimit(.minutes(30)))
    func published() async throws {
        try await withRig(tickets: 30) { rig in
            let outcome = await rig.run()
            #expect(outcome.exitCode == .ok)
            let lines = try await rig.messages(deskpipe.extractionLogs).map { delivery in
                #expect(delivery.keyText == "\(acme)")
                return try JSONDecoder().decode(LogLine.self, from: Data(try #require(delivery.value)))
            }
            #expect(Set(lines.map(\.run)) == [outcome.report.run])
            #expect(lines.first?.message == "run began" && lines.last?.message == "run ended")
            let last = try #require(try await rig.messages(deskpipe.progress).last?.value)
            let report = try JSONDecoder().decode(ExtractionReport.self, from: Data(last))
            #expect(report.run == outcome.report.run && report.status == .succeeded && report.completedAt != nil)
            #expect(report.streams.map(\.records) == outcome.report.streams.map(\.records))
            let text = String(decoding: try JSONEncoder().encode(lines) + Data(last), as: UTF8.self)
            #expect(!text.contains("simulator-secret") && !text.contains("granted-"))
        }
    }

    @Test("a log that does not answer holds no run up and drops no newest line", .timeLimit(.minutes(30)))
    func silentLog() async throws {
        try await withRig { rig in
            let producer = FailingProducer()
            var environment = rig.environment
            environment.reports = producer
            let channel = RunChannel(acme, run: RunID(rawValue: "run"), environment: environment)
            let said = await channel.whileOpen {
                for number in 1...5000 { channel.log.log(.info, nil, "said", ["number": "\(number)"]) }
                return 5000
            }
            #expect(said == 5000)
            producer.fails.withLock { $0 = false }
            await channel.whileOpen {}
            let lines = try producer.published.withLock { $0 }.map {
                try JSONDecoder().decode(LogLine.self, from: Data($0.value ?? []))
            }
            #expect(lines.last?.facts["number"] == "5000")
            #expect(lines.count == 2001 && lines.first?.facts["lines"] == "3000")
        }
    }

    private static func line(_ number: String) -> LogLine {
        LogLine(
            time: Timestamp(seconds: 1),
            level: .info,
            run: RunID(rawValue: "run"),
            connection: acme,
            stream: "tickets",
            message: "said",
            facts: ["number": number]
        )
    }

    private static func progress(
        records: Int,
        waits: Bool = false,
        status: ExtractionReport.Status = .running
    ) throws -> RunProgress {
        var stream = StreamReport(stream: "tickets", status: .running)
        stream.records = records
        let report = ExtractionReport(
            run: RunID(rawValue: "run"),
            connection: try connection(),
            trigger: .once,
            status: status,
            startedAt: Timestamp(seconds: 1),
            streams: [stream]
        )
        let wait = RunProgress.Wait(until: Timestamp(seconds: 2), reason: "the rate limit", isRateLimit: true)
        return RunProgress(report: report, waiting: waits ? wait : nil)
    }
}

private final class FailingProducer: MessageProducer {
    let fails = Mutex(true)
    let published = Mutex<[Message]>([])

    func publish(_ messages: [Message]) async throws {
        if fails.withLock({ $0 }) { throw MessagingError.unavailable(call: "publish", reason: "down") }
        published.withLock { $0 += messages }
    }

    func close() async {}
}
