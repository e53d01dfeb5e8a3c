import Foundation
import Model
import Testing

/// The oracle finds what it is there to find.
@Suite("The oracle")
struct OracleTests {
    private static let ticket = #"""
        {"id": 7, "created_at": "2026-01-02T03:04:05Z", "subject": "2026-01-02T03:04:05Z", "ok": true, "score": 1.50,
         "via": {"source": {"rel": null, "from": {"id": 9007199254740993}}}, "tags": ["a", "b\u00fc"], "none": [],
         "custom_fields": [{"id": 1, "value": ["x", {"y": 2}]}, {"id": 2, "value": 1.50}, {"id": 3, "value": null}],
         "fields": [{"id": 1}], "metric_set": {"id": 5}}
        """#

    private static let streams = OracleStream.all(of: .support)

    @Test("a record becomes the rows that the documentation says")
    func rows() throws {
        var expected = ExpectedTables()
        let tickets = try #require(Self.streams.first { $0.name == "tickets" })
        try expected.add(try JSONValue(Self.ticket[...]), of: tickets)
        #expect(
            expected.tables.tables == [
                "tickets": [
                    "7": [
                        "id": "7", "created_at": "2026-01-02T03:04:05.000000Z", "subject": "2026-01-02T03:04:05Z",
                        "ok": "1", "score": "1.5", "via__source__from__id": "9007199254740993",
                    ]
                ],
                "tickets__tags": ["7/0": ["value": "a"], "7/1": ["value": "bü"]],
                "tickets__custom_fields": [
                    "7/0": ["id": "1", "value": #"["x",{"y":2}]"#], "7/1": ["id": "2", "value": "1.50"],
                    "7/2": ["id": "3"],
                ],
            ]
        )
    }

    @Test("every kind of difference is told, by table, key and column")
    func differences() {
        var expected = TableSet()
        expected.add(["id": "1", "name": "a"], key: "1", to: "users")
        expected.add(["id": "2"], key: "2", to: "users")
        expected.add(["value": "t"], key: "1/0", to: "users__tags")
        var actual = TableSet()
        actual.add(["id": "1", "name": "b", "age": "3"], key: "1", to: "users")
        actual.add(["id": "3"], key: "3", to: "users")
        actual.add(["id": "3"], key: "3", to: "users")
        #expect(
            expected.differences(from: actual) == [
                "users has 3 twice", "users 1 age: `3`, not NULL", "users 1 name: `b`, not `a`",
                "users 2: is not there", "users 3: should not be there", "users__tags 1/0: is not there",
            ]
        )
        #expect(expected.differences(from: expected).isEmpty)
        #expect(expected.limited(toRecordsOf: actual, of: Self.streams).count("users") == 1)
        #expect(expected.limited(toRecordsOf: actual, of: Self.streams).count("users__tags") == 1)
    }

    @Test(
        "text that is no JSON is refused",
        arguments: ["", "{", "{\"a\" 1}", "[1,", "tru", "\"a", "1 2", "{\"a\":1,}x"]
    )
    func malformed(text: String) {
        #expect(throws: JSONValue.Malformed.self) { try JSONValue(text[...]) }
    }

    @Test(
        "decimals are compared by their value",
        arguments: [("1.50", "1.5"), ("2.0", "2"), ("10", "10"), ("0.25", "0.25")]
    )
    func decimals(written: String, canonical: String) {
        #expect(written.canonicalDecimal == canonical)
    }
}
