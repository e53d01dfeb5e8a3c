import Messaging
import Model

/// Records of about 1 KB that become rows of 40 columns without sub-rows: what a table of a warehouse commonly looks
/// like. The same at each run.
struct WideRows: Sendable {
    let count: Int
    /// How many came before.
    var first = 0
    /// Keys rise as those of new records do; otherwise they come in no order that an index likes.
    var isAscending = false

    /// The columns of the records by type; with the five system columns they are 40.
    private static let columns: [ColumnType] =
        [.integer] + Array(repeating: .integer, count: 8) + Array(repeating: .boolean, count: 4)
        + Array(repeating: .dateTime, count: 6) + Array(repeating: .number, count: 2)
        + Array(repeating: .string, count: 14)

    static let schema: StreamSchema = {
        let definitions = columns.enumerated().map { place, type in
            ColumnDefinition(path: place == 0 ? "id" : "\(type.rawValue.prefix(4))_\(place)", type: type)
        }
        return StreamSchema(
            stream: StreamName(rawValue: "wide"),
            key: ["id"],
            replication: .incremental,
            replicationKey: nil,
            columns: definitions
        )
    }()

    private static let words = """
        open pending solved customer reports that the printer does not work after update please check and call back \
        soon thanks
        """.split(separator: " ").map(String.init)

    /// - Parameter version: which state of the same records.
    func deliveries(of connection: ConnectionDefinition, firstOffset: Int64, version: UInt64) -> [Delivery] {
        let encoder = EventEncoder(
            EventEnvelope(
                type: .upsert,
                connection: connection.key,
                stream: Self.schema.stream,
                subject: nil,
                time: Timestamp(seconds: 1_780_000_000 + Int64(version)),
                sequence: 0,
                tableVersion: nil,
                run: RunID(at: Timestamp(seconds: 1_780_000_000), randomness: (1, version))
            )
        )
        var numbers = Numbers(state: 0x9e37_79b9_7f4a_7c15 + version + UInt64(first))
        return (0..<count).map { place in
            let number = UInt64(first + place)
            let id = String(isAscending ? 1_000_000_000 + number : number &* 2_654_435_761 % 4_294_967_296)
            var value: [UInt8] = []
            value.reserveCapacity(1500)
            let sequence = Int64(1_780_000_000_000_000_000) + firstOffset + Int64(place)
            encoder.append(subject: id, sequence: sequence, to: &value) {
                Self.append(id, &numbers, to: &$0)
            }
            return Delivery(
                topic: Workload.namespace.records(connection.source, Self.schema.stream),
                partition: 0,
                offset: firstOffset + Int64(place),
                timestamp: Timestamp(seconds: 1_780_000_001),
                key: Array(MessageKey.record(connection.key, id).utf8)[...],
                value: value[...]
            )
        }
    }

    private static func append(_ id: String, _ numbers: inout Numbers, to buffer: inout [UInt8]) {
        buffer += "{\"id\":\(id)".utf8
        for column in schema.columns.dropFirst() {
            buffer += ",\"\(column.path)\":\(value(column.type, &numbers))".utf8
        }
        buffer += "}".utf8
    }

    private static func value(_ type: ColumnType, _ numbers: inout Numbers) -> String {
        switch type {
        case .integer: return String(numbers.next(below: 1 << (4 + numbers.next(below: 40))))
        case .boolean: return numbers.next(below: 2) == 0 ? "false" : "true"
        case .number: return "\(numbers.next(below: 1000)).\(10 + numbers.next(below: 90))"
        case .dateTime:
            if numbers.next(below: 5) == 0 { return "null" }
            return "\"\(Timestamp(seconds: Int64(1_700_000_000 + numbers.next(below: 80_000_000))).formatted())\""
        case .string, .untyped:
            let count = 1 + numbers.next(below: 10) * numbers.next(below: 3)
            return "\""
                + (0..<count).map { _ in words[Int(numbers.next(below: UInt64(words.count)))] }
                .joined(separator: " ") + "\""
        }
    }

    /// Marsaglia's xorshift.
    private struct Numbers {
        var state: UInt64

        mutating func next(below bound: UInt64) -> UInt64 {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return state % bound
        }
    }
}
