import Model

/// JSON under construction, as bytes: records are written by the thousand, so nothing is built and then serialized.
struct JSONBytes: Sendable {
    private(set) var bytes: [UInt8] = []

    var count: Int { bytes.count }

    mutating func reserve(_ count: Int) {
        bytes.reserveCapacity(bytes.count + count)
    }

    /// JSON text, taken as it stands.
    mutating func raw(_ text: StaticString) {
        bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// JSON text, taken as it stands.
    mutating func text(_ text: String) {
        var text = text
        text.withUTF8 { bytes.append(contentsOf: $0) }
    }

    mutating func append(_ other: JSONBytes) {
        bytes.append(contentsOf: other.bytes)
    }

    /// A string with its quotes and escapes.
    mutating func string(_ value: String) {
        raw("\"")
        for byte in value.utf8 {
            switch byte {
            case UInt8(ascii: "\""): raw("\\\"")
            case UInt8(ascii: "\\"): raw("\\\\")
            case 0..<0x20:
                let digits = String(byte, radix: 16)
                text("\\u" + String(repeating: "0", count: 4 - digits.count) + digits)
            default: bytes.append(byte)
            }
        }
        raw("\"")
    }

    mutating func integer(_ value: Int64) {
        text(String(value))
    }

    mutating func integer(_ value: Int) {
        text(String(value))
    }

    mutating func integerOrNull(_ value: Int64?) {
        guard let value else { return raw("null") }
        integer(value)
    }

    mutating func boolean(_ value: Bool) {
        if value { raw("true") } else { raw("false") }
    }

    /// A time as Zendesk writes it, in its quotes. Seconds since 1970.
    mutating func time(_ second: UInt32) {
        raw("\"")
        Timestamp(seconds: Int64(second)).append(to: &bytes, .seconds)
        raw("\"")
    }

    /// The same but for the last byte: an object that is to have further members.
    func withoutLast() -> JSONBytes {
        var rest = self
        rest.bytes.removeLast()
        return rest
    }

    /// Appends again what was written from `start` up to `end`.
    mutating func repeated(from start: Int, to end: Int) {
        bytes.append(contentsOf: Array(bytes[start..<end]))
    }
}
