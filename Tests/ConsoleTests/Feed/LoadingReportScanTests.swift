import Foundation
import Messaging
import Model
import TestSupport
import Testing

@testable import Console

/// The short way to a loading report gives what decoding gives, or nothing.
@Suite("Reading loading reports")
struct LoadingReportScanTests {
    private static func reports() throws -> [LoadingReport] {
        let facts = try Facts()
        return [
            facts.load(at: Facts.noon, rows: 3),
            facts.load(at: Facts.noon, rows: 0, error: "größer \"x\"\n\u{1b}[31m 😀"),
            facts.load("users", at: Facts.noon, rows: 5, rejected: 2, sequence: .max) { report in
                report.isReplay = true
                report.isGap = false
                report.tableVersion = 1_763_632_800_000
                report.nulsRemoved = 1
                report.surrogatesReplaced = 2
                report.schemaChanges = ["create table users", "add column users.\"a\\b\" text"]
                report.subtables = []
                report.maxBookmark = nil
                report.maxExtractedAt = nil
                report.lagMilliseconds = -1
                report.bytes = Int(Int32.max) * 10
            },
        ]
    }

    @Test("every report that a loader writes is read the short way, to the same")
    func same() throws {
        for report in try Self.reports() {
            let bytes = try WireJSON.bytes(of: report)
            #expect(LoadingReport(scanning: bytes[...]) == report)
            // A slice of something longer, as a fetch has it.
            #expect(LoadingReport(scanning: ([0x7b] + bytes + [0x7d])[1...bytes.count]) == report)
        }
    }

    @Test("what a newer version adds is passed over, and what is written otherwise is left to the decoder")
    func others() throws {
        let report = try #require(try Self.reports().last)
        let text = try WireJSON.text(of: report)
        let more = text.replacing("{\"batch\":{", with: "{\"aaa\":[1],\"batch\":{\"attempt\":{\"n\":1},")
            .replacing("\"version\":1", with: "\"version\":1,\"zzz\":null")
        #expect(LoadingReport(scanning: Array(more.utf8)[...]) == report)
        let readable = JSONEncoder()
        readable.outputFormatting = .prettyPrinted
        let unsorted = try readable.encode(report)
        let namespace = try #require(Namespace(rawValue: "deskpipe"))
        for bytes in [Array(unsorted), Array(text.replacing("\"rows_loaded\":5,", with: "\"rows_loaded\":5.0,").utf8)] {
            let delivery = Delivery(
                topic: namespace.loadingReports,
                partition: 0,
                offset: 0,
                timestamp: Facts.noon,
                key: nil,
                value: bytes[...]
            )
            #expect(BoardFact(delivery, in: namespace) == .loading(report))
        }
    }

    @Test("of damaged bytes it gives what decoding gives, or nothing")
    func damaged() throws {
        var random = SplitMix64(seed: 4711)
        var read = 0
        for report in try Self.reports() {
            let bytes = try WireJSON.bytes(of: report)
            for _ in 0..<400 {
                var changed = bytes
                for _ in 0...Int.random(in: 0..<2, using: &random) {
                    let place = Int.random(in: changed.indices, using: &random)
                    switch Int.random(in: 0..<3, using: &random) {
                    case 0: changed[place] = UInt8.random(in: 0x20..<0x7f, using: &random)
                    case 1: changed.remove(at: place)
                    default: changed.insert(changed[Int.random(in: changed.indices, using: &random)], at: place)
                    }
                }
                guard let scanned = LoadingReport(scanning: changed[...]) else { continue }
                read += 1
                let decoded = try? JSONDecoder().decode(LoadingReport.self, from: Data(changed))
                #expect(decoded == scanned, "\(String(decoding: changed, as: UTF8.self))")
            }
        }
        #expect(read > 100)
    }
}
