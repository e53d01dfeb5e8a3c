import Destinations
import Foundation
import Loader
import Messaging
import Model
import Testing

/// Many rows through the whole loader, in a process of its own whose memory is looked at.
///
/// 15,000 rows by default; `DESKPIPE_TEST_ROWS=1000000 swift test --filter ManyRowsTests` makes it a million. The bound
/// on the memory is the same.
@Suite("LoaderService: many rows", .timeLimit(.minutes(30)))
struct ManyRowsTests {
    private static let rows = ProcessInfo.processInfo.environment["DESKPIPE_TEST_ROWS"].flatMap { Int($0) } ?? 15_000
    /// Bytes of a batch, and how much more than two of them the loader may take, whatever is loaded.
    private static let batchBytes = 2 << 20
    private static let constant = 48 << 20

    @Test("they load into each destination in bounded memory", arguments: DestinationFixture.kinds)
    func load(kind: DestinationKind) async throws {
        try await withFixture(kind) { fixture in
            let rows = Self.rows
            await Self.loadElsewhere(kind.rawValue, fixture.url, fixture.schema.rawValue, rows)
            let found = try fixture.query("SELECT count(*), count(DISTINCT id) FROM tickets")
            #expect(found == [["\(rows)", "\(rows)"]])
            #expect(try fixture.query("SELECT count(*) FROM tickets__tags") == [["\(rows)"]])
            #expect(
                try fixture.query("SELECT sum(events), sum(rows_loaded) FROM _deskpipe_loads") == [
                    ["\(rows)", "\(rows)"]
                ]
            )
        }
    }

    private static func loadElsewhere(_ kind: String, _ url: String, _ schema: String, _ rows: Int) async {
        await #expect(processExitsWith: .success) { [kind, url, schema, rows] in
            try await ManyRowsTests.loadInProcess(kind, url, schema, rows)
        }
    }

    private static func loadInProcess(_ kind: String, _ url: String, _ schema: String, _ rows: Int) async throws {
        let kind = try #require(DestinationKind(rawValue: kind))
        let name = try #require(SchemaName(rawValue: schema))
        let fixture = try DestinationFixture(kind, url: url, schema: name)
        let stage = try await ServiceStage()
        let connection = try fixture.connection()
        try await stage.define(connection)
        let text = String(repeating: "words of a ticket that is as long as most are ", count: 6)
        for first in stride(from: 1, through: rows, by: 1000) {
            let records = (first...min(first + 999, rows)).map { id in
                ServiceStage.Record(id, #""subject":"\#(text)","tags":["\#(id)"]"#, sequence: Int64(id))
            }
            try await stage.publish(connection, records)
        }
        let before = try memory("VmRSS")
        // From here on the peak counts anew.
        try "5".write(toFile: "/proc/self/clear_refs", atomically: false, encoding: .utf8)
        let summary = try await stage.run(into: fixture.destination, BatchSettings(rows: 20_000, bytes: batchBytes))
        #expect(summary.exitCode == .ok)
        let grown = try memory("VmHWM") - before
        print("\(kind): \(rows) rows, \(grown >> 20) MiB more than before, \(batchBytes >> 20) MiB a batch")
        #expect(grown < 2 * batchBytes + constant)
    }

    /// A line of the process's status, in bytes.
    private static func memory(_ name: String) throws -> Int {
        let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("\(name):") })
        return try #require(line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }) * 1024
    }
}
