import Foundation
import Loader
import Messaging
import Model
import TestSupport
import Testing

/// Records that are made to fill the memory, each mapped in a process of its own whose peak is looked at. The extractor
/// lets no larger one through; a topic would.
@Suite("Bombs in records", .serialized, .timeLimit(.minutes(5)))
struct BombTests {
    private static let size = 4 << 20
    /// What one message may take on its way to rows, or to its rejection.
    private static let most = 64 << 20
    /// A record's beginning, what it is filled with, and its end.
    private static let shapes = [
        (#"{"id":1,"a":["#, "0,", "0]}"), (#"{"id":1,"a":["#, "{},", "{}]}"), (#"{"id":1,"a":["#, #"{"b":0},"#, "{}]}"),
        (#"{"id":1,"a":["#, "[0],", "[]]}"), (#"{"id":1,"a":["#, #"{"b":[0]},"#, "{}]}"), (#"{"id":1,"a":"#, "[", ""),
        (#"{"id":1,"a":"#, #"{"b":"#, ""), (#"{"id":1,"a":1"#, "9", "}"), (#"{"id":1,"a":""#, #"\u0041"#, #""}"#),
        (#"{"id":1,"a":""#, #"\ud800"#, #""}"#),
    ]

    @Test("a record of as many values, levels or digits as fit stays below the bound", arguments: shapes.indices)
    func shape(_ place: Int) async {
        await #expect(processExitsWith: .success) { [place] in
            let (open, part, close) = BombTests.shapes[place]
            try BombTests.read(open + String(repeating: part, count: BombTests.size / part.utf8.count) + close)
        }
    }

    @Test("a record of as many fields as fit does not become as many columns")
    func fields() async {
        await #expect(processExitsWith: .success) {
            let fields = (0..<350_000).map { #""k\#($0)":0"# }.joined(separator: ",")
            try BombTests.read(#"{"id":1,\#(fields)}"#)
            // As many as a record may have, again and again others.
            let records = (0..<40).map { turn in
                let fields = (0..<4000).map { #""k\#(turn)_\#($0)":0"# }.joined(separator: ",")
                return #"{"id":\#(turn),\#(fields)}"#
            }
            try BombTests.read(records)
        }
    }

    private static func read(_ record: String) throws { try read([record]) }

    private static func read(_ records: [String]) throws {
        let scene = try Scene()
        let builder = BatchBuilder(
            catalogue: [ticketSchema.stream: ticketSchema],
            catalog: SchemaCatalog(),
            filter: PositionFilter()
        )
        let messages = records.enumerated().map { place, text in
            var bytes: [UInt8] = []
            let envelope = scene.envelope(.upsert, ticketSchema.stream, subject: "\(place)", sequence: Int64(place + 1))
            EventEncoder(envelope).append(subject: envelope.subject, sequence: envelope.sequence, to: &bytes) {
                $0 += Array(text.utf8)
            }
            return bytes
        }
        let memory = try PeakMemory()
        var events: [BatchEvent] = []
        for (place, message) in messages.enumerated() {
            // What the decoder refuses comes no further.
            guard let event = try? RecordEvent(decoding: message[...]) else { continue }
            events.append(scene.event(.upsert(event), of: ticketSchema.stream, offset: Int64(place)))
        }
        let plan = builder.plan(events, at: Scene.receivedAt)
        let grown = try memory.grown()
        #expect(plan.load.rejected.count + (plan.load.tables.first?.rows.count ?? 0) == events.count)
        #expect(plan.load.tables.allSatisfy { $0.table.columns.count <= 1500 })
        #expect(grown < most, "\(grown >> 20) MiB for \(records.reduce(0) { $0 + $1.utf8.count } >> 20) MiB")
    }
}
