import Destinations
import Foundation
import Loader
import Model
import Testing

@Suite("Destination: names")
struct NameTests {
    static let kinds = DestinationFixture.kinds
    private let long = String(repeating: "é", count: 40)

    @Test("PostgreSQL's names have at most 63 bytes, cut on a character boundary, with the full name's hash")
    func cutsLongNames() async throws {
        guard DestinationFixture.kinds.contains(.postgresql) else { return }
        try await withFixture(.postgresql) { fixture in
            let schema = try await fixture.open()
            var loader = try await RecordLoader(schema)
            let names = [
                "\(long)one", "\(long)two", String(repeating: "👩‍👩‍👧‍👦", count: 5), String(repeating: "x", count: 63),
            ]
            let fields = names.enumerated().map { "\"\($1)\":\($0)" }.joined(separator: ",")
            try await loader.load("{\"id\":1,\(fields),\"\(long)list\":[1,2]}")
            let columns = try fixture.query(Self.newColumns("tickets")).compactMap { $0[0] }
            #expect(columns.count == 4)
            #expect(columns.allSatisfy { $0.utf8.count <= 63 })
            #expect(columns.filter { $0.contains(/^é{27}_[0-9a-f]{8}$/) }.count == 2)
            #expect(columns.contains { $0.contains(/^(👩‍👩‍👧‍👦){2}_[0-9a-f]{8}$/) })
            #expect(columns.contains(names[3]), "63 bytes are not cut")
            let kept = try fixture.query("SELECT full_name FROM _deskpipe_names WHERE table_name = 'tickets'")
            #expect(Set(kept.compactMap { $0[0] }) == Set(names.dropLast()))
            let table = try #require(
                try fixture.query(
                    "SELECT table_name, full_name FROM _deskpipe_names WHERE column_name = '' AND table_name <> 'tickets'"
                ).first
            )
            #expect(table[1] == "tickets__\(long)list")
            #expect(try fixture.query("SELECT value FROM \"\(table[0] ?? "")\" ORDER BY value") == [["1"], ["2"]])
            await schema.close()
        }
    }

    @Test("odd names of fields are columns with their values", arguments: kinds)
    func keepsOddNames(kind: DestinationKind) async throws {
        try await withFixture(kind) { fixture in
            let schema = try await fixture.open()
            var loader = try await RecordLoader(schema)
            let columns = [
                "select": "select", "a\\\"b": "a\"b", "it's": "it's", "a.b": "a.b", "two words": "two words",
                "😀": "😀", "": "_", "_": "__", "_sdc_sequence": "field_sdc_sequence",
                "field_sdc_sequence": "fieldfield_sdc_sequence", "_SDC_x": "field_SDC_x",
                "__sdc_primary_key": "field__sdc_primary_key", "tab\\t": "tab\t", "%s $1 ?": "%s $1 ?",
                "日本": "日本", "-- x": "-- x", "field": "field", "\u{202e}abc": "\u{202e}abc", "a\u{200f}": "a\u{200f}",
                "\\\"; DROP TABLE tickets;--": "\"; DROP TABLE tickets;--", "$1": "$1", "a;b/*": "a;b/*",
                // A quote and a combining mark are one character to Swift, and two to a database.
                "q\\\"\u{301}; DROP TABLE tickets; --": "q\"\u{301}; DROP TABLE tickets; --",
                "z\\\"\u{200d}'\u{301}": "z\"\u{200d}'\u{301}",
            ]
            let ordered = columns.sorted { $0.key < $1.key }
            let fields = ordered.enumerated().map { "\"\($1.key)\":\($0)" }.joined(separator: ",")
            let report = try await loader.load("{\"id\":1,\(fields)}").first
            #expect(report?.rowsLoaded == 1)
            for (place, (_, column)) in ordered.enumerated() {
                let scalars = column.unicodeScalars.flatMap { $0 == "\"" ? [$0, $0] : [$0] }
                let name = String(String.UnicodeScalarView(scalars))
                #expect(try fixture.query("SELECT \"\(name)\" FROM tickets") == [["\(place)"]], "\(column)")
            }
            #expect(try fixture.query("SELECT _sdc_sequence FROM tickets") == [["1"]])
            await schema.close()
        }
    }

    @Test("names that differ only by case both live, also after a restart", arguments: kinds)
    func tellsCaseApart(kind: DestinationKind) async throws {
        try await withFixture(kind) { fixture in
            let first = try await fixture.open()
            var loader = try await RecordLoader(first)
            try await loader.load(#"{"id":1,"Name":"one","list":["a"]}"#)
            try await loader.load(#"{"id":2,"NAME":"two","List":["b"]}"#, from: 2)
            await first.close()
            let second = try await fixture.open()
            loader = try await RecordLoader(second)
            try await loader.load(#"{"id":3,"name":"three","NAME":"THREE","Name":"Three","LIST":["c"]}"#, from: 3)
            let rows = try ["Name", "NAME", "name"].map { try Self.values(of: $0, in: "tickets", fixture) }
            #expect(rows == [["one", nil, "Three"], [nil, "two", "THREE"], [nil, nil, "three"]])
            let tables = try ["list", "List", "LIST"].map { name in
                try fixture.query("SELECT value FROM \"\(Self.name(ofTable: "tickets__\(name)", fixture))\"")
            }
            #expect(tables == [[["a"]], [["b"]], [["c"]]])
            let kept = try fixture.query("SELECT full_name FROM _deskpipe_names ORDER BY 1").map { $0[0] }
            #expect(kept == (fixture.foldsCase ? ["NAME", "name", "tickets__LIST", "tickets__List"] : []))
            await second.close()
        }
    }

    @Test(
        "a field named as another one's split column and that column both live, whichever comes first",
        arguments: kinds
    )
    func tellsSplitsApart(kind: DestinationKind) async throws {
        let records = [
            #"{"id":1,"x":"a","y":"a"}"#, #"{"id":2,"x":7,"x__bi":8}"#, #"{"id":3,"x__bi":"b","x":9}"#,
            #"{"id":4,"x__bi_":"c","x":{"bi":12}}"#, #"{"id":5,"x__bi":10}"#, #"{"id":6,"x":11}"#,
        ]
        for order in [[0, 1, 2, 3, 4, 5], [0, 5, 4, 3, 2, 1]] {
            try await withFixture(kind) { fixture in
                for (place, record) in order.enumerated() {
                    // As after a restart each time.
                    let schema = try await fixture.open()
                    var loader = try await RecordLoader(schema)
                    let report = try await loader.load(records[record], from: Int64(place + 1)).first
                    #expect(report?.rowsLoaded == 1 && report?.rowsRejected == 0)
                    await schema.close()
                }
                let split = try fixture.query("SELECT id, x__bi FROM tickets WHERE x__bi IS NOT NULL ORDER BY id")
                #expect(split == [["2", "7"], ["3", "9"], ["6", "11"]])
                // The field's own, and its own split columns.
                let columns = try await Self.columns(like: "x__bi_", fixture)
                let fields = try columns.flatMap { column in
                    try fixture.query("SELECT id, \"\(column)\" FROM tickets WHERE \"\(column)\" IS NOT NULL")
                }
                let found = fields.map { "\($0[0] ?? "") \($0[1] ?? "")" }.sorted()
                #expect(found == ["2 8", "3 b", "4 12", "4 c", "5 10"])
            }
        }
    }

    /// The columns of `tickets` that begin so.
    private static func columns(like beginning: String, _ fixture: DestinationFixture) async throws -> [String] {
        let schema = try await fixture.open()
        let columns = try await schema.catalog().tables["tickets"]?.columns.map(\.name) ?? []
        await schema.close()
        return columns.filter { $0.hasPrefix(beginning) }
    }

    @Test("a name keeps its column for ever: after a restart, and when the column was dropped", arguments: kinds)
    func keepsNames(kind: DestinationKind) async throws {
        try await withFixture(kind) { fixture in
            let full = fixture.foldsCase ? "TEXT" : String(repeating: "n", count: 70)
            let first = try await fixture.open()
            var loader = try await RecordLoader(first)
            try await loader.load("{\"id\":1,\"\(full)\":\"a\"}")
            await first.close()
            let kept = try fixture.query("SELECT table_name, column_name, full_name FROM _deskpipe_names")
            let column = try #require(kept.first?[1])
            #expect(kept == [["tickets", column, full]])
            for sequence in [2, 3] as [Int64] {
                let schema = try await fixture.open()
                let columns = try await schema.catalog().tables["tickets"]?.columns ?? []
                #expect(columns.contains { $0.name == full } == (sequence == 2 || kind == .files))
                loader = try await RecordLoader(schema)
                try await loader.load("{\"id\":\(sequence),\"\(full)\":\"b\"}", from: sequence)
                let found = try fixture.query("SELECT \"\(column)\" FROM tickets WHERE id = \(sequence)")
                #expect(found == [["b"]])
                await schema.close()
                // A column of files is in no one's hand but Deskpipe's.
                if kind != .files { try fixture.query("ALTER TABLE tickets DROP COLUMN \"\(column)\"") }
            }
            #expect(try fixture.query("SELECT table_name, column_name, full_name FROM _deskpipe_names") == kept)
        }
    }

    @Test("a batch that fails keeps no name", arguments: kinds)
    func dropsNamesOfFailedBatches(kind: DestinationKind) async throws {
        try await withFixture(kind) { fixture in
            let schema = try await fixture.open()
            let columns = TestTables.tickets.columns + [Column(String(repeating: "n", count: 70), .text)]
            let table = Table(name: "tickets", kind: .keyed(["id"]), columns: columns + [Column("SUBJECT", .text)])
            await #expect(throws: DestinationError.positionMoved) {
                try await schema.load(LoadBatch(changes: [.createTable(table)])) { _ in
                    throw DestinationError.positionMoved
                }
            }
            #expect(try fixture.query("SELECT count(*) FROM _deskpipe_names") == [["0"]])
            await schema.close()
        }
    }

    /// Files have the columns of their lines: nobody can add one.
    @Test(
        "a column that a user added is not written to",
        arguments: kinds.filter { $0 != .files },
        ["varchar(9)", "text"]
    )
    func leavesForeignColumns(kind: DestinationKind, type: String) async throws {
        try await withFixture(kind) { fixture in
            let first = try await fixture.open()
            var loader = try await RecordLoader(first)
            try await loader.load(#"{"id":1}"#)
            await first.close()
            try fixture.query("ALTER TABLE tickets ADD COLUMN note \(type)")
            try fixture.query("UPDATE tickets SET note = 'mine'")
            let second = try await fixture.open()
            loader = try await RecordLoader(second)
            try await loader.load(#"{"id":1,"note":"theirs"}"#, from: 2)
            #expect(try fixture.query("SELECT note FROM tickets") == [["mine"]])
            #expect(try Self.values(of: "note", in: "tickets", fixture) == ["theirs"])
            await second.close()
        }
    }

    @Test("PostgreSQL's own column names are cut out of the way")
    func avoidsSystemColumns() async throws {
        guard DestinationFixture.kinds.contains(.postgresql) else { return }
        try await withFixture(.postgresql) { fixture in
            let schema = try await fixture.open()
            var loader = try await RecordLoader(schema)
            try await loader.load(#"{"id":1,"ctid":7,"xmin":"x","oid":9}"#)
            #expect(try Self.values(of: "ctid", in: "tickets", fixture) == ["7"])
            #expect(try fixture.query("SELECT oid FROM tickets") == [["9"]])
            await schema.close()
        }
    }

    /// The columns of a PostgreSQL table that no test's schema declares.
    private static func newColumns(_ table: String) -> String {
        let known = (RecordLoader.tickets.columns.map(\.path)).map { "'\($0)'" }.joined(separator: ",")
        return """
            SELECT attname FROM pg_attribute WHERE attrelid = '\(table)'::regclass AND attnum > 0
            AND attname NOT LIKE '\\_sdc%' AND attname NOT IN (\(known))
            """
    }

    /// A field's values in the order of the ids, found by its full name.
    private static func values(
        of field: String,
        in table: String,
        _ fixture: DestinationFixture
    ) throws -> [String?] {
        let kept = try fixture.query(
            "SELECT column_name FROM _deskpipe_names WHERE table_name = '\(table)' AND full_name = '\(field)'"
        )
        return try fixture.query("SELECT \"\((kept.first?[0]) ?? field)\" FROM \(table) ORDER BY id").map { $0[0] }
    }

    private static func name(ofTable fullName: String, _ fixture: DestinationFixture) throws -> String {
        let kept = try fixture.query("SELECT table_name FROM _deskpipe_names WHERE full_name = '\(fullName)'")
        return (kept.first?[0]) ?? fullName
    }
}
