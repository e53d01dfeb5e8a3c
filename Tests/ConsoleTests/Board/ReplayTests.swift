import Console
import Foundation
import Messaging
import Model
import Testing

/// What a console does at its start: read two months of loading reports again.
@Suite("Replay", .serialized)
struct ReplayTests {
    private static let connections = 50
    private static let tables = ["tickets", "users", "organizations", "ticket_comments"]

    @Test("a million loading reports are read again within a minute and bounded memory", .timeLimit(.minutes(5)))
    func million() throws {
        let count = ProcessInfo.processInfo.environment["DESKPIPE_TEST_REPLAY"].flatMap(Int.init) ?? 1_000_000
        let end = Facts.noon
        let start = Day(of: end) - (Board.daysKept - 1)
        let step = (end - start.start) / count
        let all = try (0..<Self.connections).map { try Facts("tenant-\($0)") }
        let templates = all.map { facts in Self.tables.map { facts.load($0, at: end, rows: 10) } }
        var board = Board()
        for facts in all { board.take(facts.defined, at: start.start) }
        let memoryBefore = Self.residentBytes()
        let clock = ContinuousClock()
        let began = clock.now
        for index in 0..<count {
            let time = start.start + step * index
            var report = templates[index % Self.connections][index / Self.connections % Self.tables.count]
            report.id = "\(report.table)/\(index)"
            report.startedAt = time - .seconds(1)
            report.completedAt = time
            // Texts of their own, as decoded ones are.
            report.maxBookmark = .init(column: "updated_at", value: "2026-11-20T00:00:00Z \(index)")
            board.take(.loading(report), at: time)
        }
        let taken = clock.now - began
        let snapshot = BoardSnapshot(board, at: end)
        let usage = UsageView(snapshot, at: end)
        let viewed = clock.now - began - taken
        let memory = Self.residentBytes() - memoryBefore
        print(
            "replay of \(count) loading reports: \(taken.fractionalSeconds) s, views \(viewed.fractionalSeconds) s, "
                + "\(memory >> 20) MiB; decoding one: \(try Self.decoding(templates[0][0])) µs"
        )
        #expect(usage.total + usage.previousTotal == 30 * count)
        #expect(taken < .seconds(60))
        #expect(memory < 512 << 20)
    }

    /// How long a message takes to be read, in microseconds; a mean.
    private static func decoding(_ report: LoadingReport) throws -> Int64 {
        let namespace = try #require(Namespace(rawValue: "deskpipe"))
        let delivery = Delivery(
            topic: namespace.loadingReports,
            partition: 0,
            offset: 0,
            timestamp: report.completedAt,
            key: nil,
            value: try WireJSON.bytes(of: report)[...]
        )
        let clock = ContinuousClock()
        let began = clock.now
        for _ in 0..<1000 { #expect(BoardFact(delivery, in: namespace) == .loading(report)) }
        return (clock.now - began).wholeMicroseconds / 1000
    }

    private static func residentBytes() -> Int {
        let statm = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
        let pages = statm.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        return pages * 4096
    }
}
