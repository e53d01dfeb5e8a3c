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
        // Decoded from their bytes, as at a start; unoptimized code has fewer.
        let usual = Self.isOptimized ? 1_000_000 : 10_000
        let count = ProcessInfo.processInfo.environment["DESKPIPE_TEST_REPLAY"].flatMap(Int.init) ?? usual
        let end = Facts.noon
        let start = Day(of: end) - (Board.daysKept - 1)
        let step = (end - start.start) / count
        let all = try (0..<Self.connections).map { try Facts("tenant-\($0)") }
        let templates = try all.map { facts in try Self.tables.map { try Template(facts.load($0, at: end, rows: 10)) } }
        let namespace = try #require(Namespace(rawValue: "deskpipe"))
        var board = Board()
        for facts in all { board.take(facts.defined, at: start.start) }
        let memoryBefore = Self.residentBytes()
        let clock = ContinuousClock()
        var (reading, taking) = (Duration.zero, Duration.zero)
        for index in 0..<count {
            let time = start.start + step * index
            let value = templates[index % Self.connections][index / Self.connections % Self.tables.count]
                .bytes(id: index, at: time)
            let delivery = Delivery(
                topic: namespace.loadingReports,
                partition: 0,
                offset: Int64(index),
                timestamp: time,
                key: nil,
                value: value[...]
            )
            let began = clock.now
            let fact = try #require(BoardFact(delivery, in: namespace))
            let read = clock.now
            board.take(fact, at: time)
            reading += read - began
            taking += clock.now - read
        }
        let began = clock.now
        let snapshot = BoardSnapshot(board, at: end)
        let usage = UsageView(snapshot, at: end)
        let viewed = clock.now - began
        let memory = Self.residentBytes() - memoryBefore
        print(
            "replay of \(count) loading reports: read in \(reading.fractionalSeconds) s, taken in "
                + "\(taking.fractionalSeconds) s, views \(viewed.fractionalSeconds) s, \(memory >> 20) MiB; "
                + "by Codable they are read in \(try Self.decodedByCodable(templates[0][0], count)) s"
        )
        #expect(usage.total + usage.previousTotal == 30 * count)
        #expect(reading + taking < .seconds(60))
        #expect(memory < 512 << 20)
    }

    /// How long so many messages take by `JSONDecoder`, in seconds: measured on some.
    private static func decodedByCodable(_ template: Template, _ count: Int) throws -> Double {
        let bytes = Data(template.bytes(id: 0, at: Facts.noon))
        let clock = ContinuousClock()
        let began = clock.now
        for _ in 0..<1000 { _ = try JSONDecoder().decode(LoadingReport.self, from: bytes) }
        return (clock.now - began).fractionalSeconds * Double(count) / 1000
    }

    private static var isOptimized: Bool {
        #if DEBUG
        false
        #else
        true
        #endif
    }

    private static func residentBytes() -> Int {
        let statm = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
        let pages = statm.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        return pages * 4096
    }
}

/// A message with places for what differs from report to report.
private struct Template {
    private static let marks = ["ID-MARK", "2001-01-01T00:00:00.000Z", "2001-01-02T00:00:00.000Z", "VALUE-MARK"]

    private var parts: [[UInt8]] = []
    private var order: [Int] = []

    init(_ report: LoadingReport) throws {
        var report = report
        report.id = Self.marks[0]
        report.startedAt = try #require(Timestamp(parsing: Self.marks[1]))
        report.completedAt = try #require(Timestamp(parsing: Self.marks[2]))
        report.maxBookmark = .init(column: "updated_at", value: Self.marks[3])
        var rest = try WireJSON.text(of: report)[...]
        while let next = Self.marks.indices.compactMap({ mark in rest.range(of: Self.marks[mark]).map { (mark, $0) } })
            .min(by: { $0.1.lowerBound < $1.1.lowerBound })
        {
            parts.append(Array(rest[..<next.1.lowerBound].utf8))
            order.append(next.0)
            rest = rest[next.1.upperBound...]
        }
        parts.append(Array(rest.utf8))
    }

    func bytes(id: Int, at time: Timestamp) -> [UInt8] {
        var bytes: [UInt8] = []
        for (part, mark) in zip(parts, order) {
            bytes += part
            switch mark {
            case 0: bytes += "report/\(id)".utf8
            case 1: (time - .seconds(1)).append(to: &bytes, .milliseconds)
            case 2: time.append(to: &bytes, .milliseconds)
            default: bytes += "2026-11-20T00:00:00Z \(id)".utf8
            }
        }
        return bytes + (parts.last ?? [])
    }
}
