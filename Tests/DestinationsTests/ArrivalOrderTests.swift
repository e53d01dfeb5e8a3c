import Destinations
import Foundation
import Loader
import Model
import TestSupport
import Testing

/// The tables do not depend on the order in which records arrive, nor on how they are cut into batches.
///
/// A field that no schema declares has the type of the value that came first, and others stand in its split columns:
/// what is compared for such a field is therefore its value, whichever of its columns holds it.
@Suite("Destination: the order of arrival")
struct ArrivalOrderTests {
    @Test("the same records give the same tables", arguments: DestinationFixture.kinds, 0..<6 as Range<UInt64>)
    func isIndependent(kind: DestinationKind, seed: UInt64) async throws {
        var random = SplitMix64(seed: seed)
        let records = (1...60).map { sequence in
            RecordLoader.Record(json: Self.record(&random), sequence: Int64(sequence))
        }
        let expected = try await tables(kind, [records])
        #expect(expected["tickets"]?.count ?? 0 > 3)
        for _ in 0..<3 {
            let shuffled = records.shuffled(using: &random)
            var batches: [[RecordLoader.Record]] = []
            var rest = shuffled[...]
            while !rest.isEmpty {
                let size = Int.random(in: 1...20, using: &random)
                batches.append(Array(rest.prefix(size)))
                rest = rest.dropFirst(size)
            }
            let found = try await tables(kind, batches)
            #expect(found == expected, "seed \(seed)")
        }
    }

    private static func record(_ random: inout SplitMix64) -> String {
        let id = Int.random(in: 1...6, using: &random)
        let names = ["text", "count", "amount", "open", "at", "any", "free", "Free", "wild", "tags", "list", "nested"]
        let fields = names.shuffled(using: &random).prefix(Int.random(in: 0...7, using: &random)).map { name in
            switch name {
            case "tags": array("tags", (0..<Int.random(in: 0...3, using: &random)).map { "\"t\($0)\"" })
            case "list":
                array(
                    "list",
                    (0..<Int.random(in: 0...2, using: &random)).map { _ in
                        "{\"v\":\(value(&random)),\"in\":[\(value(&random))]}"
                    }
                )
            case "nested": "\"nested\":{\"a\":\(value(&random)),\"b\":{\"c\":\(value(&random))}}"
            default: "\"\(name)\":\(value(&random))"
            }
        }
        return "{\((["\"id\":\(id)"] + fields).joined(separator: ","))}"
    }

    private static func array(_ name: String, _ elements: [String]) -> String {
        "\"\(name)\":[\(elements.joined(separator: ","))]"
    }

    private static func value(_ random: inout SplitMix64) -> String {
        let values = [
            "null", "true", "false", "7", "-3", "9223372036854775807", "18446744073709551616", "0.5", "1e400",
            "1e200000",
            "\"word\"", "\"12\"", "\"0.25\"", "\"true\"", "\"\"", "\"2026-11-20T10:00:00Z\"", "[1,2]", "{\"k\":1}",
        ]
        return values.randomElement(using: &random) ?? "null"
    }

    /// Loads the batches into a schema of their own and gives the rows of its tables, by full name, with their values
    /// by field.
    private func tables(
        _ kind: DestinationKind,
        _ batches: [[RecordLoader.Record]]
    ) async throws -> [String: Set<[String: String]>] {
        var found: [String: Set<[String: String]>] = [:]
        try await withFixture(kind) { fixture in
            let schema = try await fixture.open()
            var loader = try await RecordLoader(schema)
            for batch in batches {
                let reports = try await loader.load(batch)
                #expect(reports.allSatisfy { $0.rowsRejected == 0 })
            }
            let names = try fixture.query("SELECT table_name, column_name, full_name FROM _deskpipe_names")
            for (name, table) in try await schema.catalog().tables {
                let stored = names.first { $0[1] == "" && $0[2] == name }?[0] ?? name
                let columns = table.columns.map { column in
                    names.first { $0[0] == stored && $0[1] != "" && $0[2] == column.name }?[1] ?? column.name
                }
                let list = columns.map { "\"\($0)\"" }.joined(separator: ", ")
                let rows = try fixture.query("SELECT \(list) FROM \"\(stored)\"")
                if !rows.isEmpty { found[name] = Set(rows.map { Self.fields($0, table) }) }
            }
            await schema.close()
        }
        return found
    }

    /// A row's values by field, as text; the splits of an undeclared field count as the field.
    private static func fields(_ row: [String?], _ table: Table) -> [String: String] {
        let declared = Set(RecordLoader.tickets.columns.map(\.path))
        var fields: [String: String] = [:]
        for (column, value) in zip(table.columns, row) where column.name != SystemColumn.batchedAt {
            guard let value else { continue }
            let base = column.name.replacing(/__(bi|de|bo|ti|st)$/, with: "")
            let isDeclared = table.root == table.name && declared.contains(base)
            let text =
                switch (column.type, value) {
                case (.boolean, "1"), (.boolean, "t"): "true"
                case (.boolean, "0"), (.boolean, "f"): "false"
                default: value
                }
            fields[isDeclared ? column.name : base, default: ""] += text
        }
        return fields
    }
}
