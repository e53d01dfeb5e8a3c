import Console
import Model
import TestSupport
import Testing

/// The same messages give the same views, whatever lies between the logs and the board.
@Suite("Board, properties")
struct BoardPropertyTests {
    /// One partition of a topic: its messages keep their order.
    private struct Log {
        var messages: [(fact: BoardFact, at: Timestamp)] = []
        /// Published at least once, with an id: a message may come again later.
        var mayRepeat: Bool
    }

    private static let end = Facts.noon

    /// Some weeks of two connections, one in trouble now and then.
    private static func history(_ random: inout SplitMix64) throws -> [Log] {
        var logs: [Log] = []
        for tenant in ["acme", "zeta"] {
            let facts = try Facts(tenant)
            var definitions = Log(mayRepeat: false)
            var bookmarks = Log(mayRepeat: false)
            var progress = Log(mayRepeat: false)
            var runs = Log(mayRepeat: true)
            var loads = Log(mayRepeat: true)
            var rejected = Log(mayRepeat: true)
            var time = end - .seconds(70 * 86_400)
            definitions.messages.append((facts.defined, time))
            var number = 0
            while time < end {
                number += 1
                let records = Int.random(in: 0...20, using: &random)
                let isFailing = Int.random(in: 0..<5, using: &random) == 0
                let finished = time + .seconds(60)
                progress.messages.append((.progress(facts.run(at: time, .running, records: ["tickets": 1])), time))
                let report = facts.run(
                    at: time,
                    isFailing ? .partial : .succeeded,
                    records: ["tickets": records],
                    failing: isFailing ? ["users": "refused"] : [:],
                    random: UInt64(number)
                )
                runs.messages.append((.extraction(report), finished))
                bookmarks.messages.append(
                    (facts.bookmark("tickets", asOf: time, sequence: Int64(number)), finished)
                )
                let load = facts.load(
                    at: finished,
                    rows: records,
                    sequence: Int64(number),
                    error: Int.random(in: 0..<6, using: &random) == 0 ? "disk full" : nil
                ) { if number % 7 == 0 { $0.schemaChanges = ["add column tickets.c\(number) text"] } }
                loads.messages.append((.loading(load), finished))
                rejected.messages.append((.rejected(facts.rejection(number, at: finished)), finished))
                time = time + .seconds(Int64.random(in: 3600...86_400, using: &random))
            }
            logs += [definitions, bookmarks, progress, runs, loads, rejected]
        }
        return logs
    }

    /// All messages in one order of many that keeps each log's own.
    private static func merged(_ logs: [Log], _ random: inout SplitMix64) -> [(fact: BoardFact, at: Timestamp)] {
        var rests = logs.map { $0.messages[...] }
        var merged: [(fact: BoardFact, at: Timestamp)] = []
        while let log = rests.indices.filter({ !rests[$0].isEmpty }).randomElement(using: &random) {
            merged.append(rests[log].removeFirst())
        }
        return merged
    }

    private static func board(_ messages: [(fact: BoardFact, at: Timestamp)]) -> Board {
        var board = Board()
        for (fact, at) in messages { board.take(fact, at: at) }
        board.forget(at: end)
        return board
    }

    @Test("any interleaving of topics and partitions gives the same views", arguments: 0..<8)
    func interleaving(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let logs = try Self.history(&random)
        let one = Self.board(logs.flatMap(\.messages))
        let other = Self.board(Self.merged(logs, &random))
        #expect(try AllViews.text(one, at: Self.end) == AllViews.text(other, at: Self.end))
    }

    @Test("a report or rejected record that comes again changes nothing", arguments: 0..<8)
    func repeats(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let logs = try Self.history(&random)
        let repeated = logs.map { log in
            guard log.mayRepeat else { return log }
            var copy = Log(mayRepeat: true)
            for (index, message) in log.messages.enumerated() {
                copy.messages.append(message)
                if Bool.random(using: &random) {
                    copy.messages.append(log.messages[Int.random(in: 0...index, using: &random)])
                }
            }
            return copy
        }
        let once = Self.board(logs.flatMap(\.messages))
        let often = Self.board(Self.merged(repeated, &random))
        #expect(try AllViews.text(once, at: Self.end) == AllViews.text(often, at: Self.end))
    }

    @Test("a board that ran for weeks shows what one shows that reads what the topics still have", arguments: 0..<8)
    func restart(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let logs = try Self.history(&random)
        let old = Self.board(Self.merged(logs, &random))
        // The topics of reports are cut at 60 days, and hold a little more than that; compact ones keep the last.
        let cut = Day(of: Self.end) - 61
        let kept = logs.map { log in
            var copy = log
            copy.messages.removeAll { message in
                switch message.fact {
                case .loading, .extraction, .rejected: Day(of: message.at) < cut
                default: false
                }
            }
            if case .progress? = copy.messages.last?.fact { copy.messages = copy.messages.suffix(1) }
            return copy
        }
        let new = Self.board(kept.flatMap(\.messages))
        #expect(try AllViews.text(old, at: Self.end) == AllViews.text(new, at: Self.end))
    }
}
