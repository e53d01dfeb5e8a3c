import Model

/// Writes the fields of COPY's binary format through a pointer; whoever makes it has made room.
///
/// Source: https://www.postgresql.org/docs/15/sql-copy.html#id-1.9.3.55.9.4
struct CopyWriter {
    private(set) var place: UnsafeMutableRawPointer

    /// Signature, flags and the length of an extension that is not there.
    static let header: [UInt8] = Array("PGCOPY\n".utf8) + [0xff, 0x0d, 0x0a, 0x00] + Array(repeating: 0, count: 8)
    /// In place of a row's number of fields: the rows are over.
    static let trailer: Int16 = -1

    /// The most that a field without text takes.
    static let fixedField = 12

    init(at place: UnsafeMutableRawPointer) {
        self.place = place
    }

    /// In the order of the network, as all numbers of the format.
    @inline(__always)
    mutating func write<Number: FixedWidthInteger>(_ number: Number) {
        place.storeBytes(of: number.bigEndian, as: Number.self)
        place += MemoryLayout<Number>.size
    }

    @inline(__always)
    mutating func write(_ bytes: UnsafeRawBufferPointer) {
        guard let start = bytes.baseAddress else { return }
        place.copyMemory(from: start, byteCount: bytes.count)
        place += bytes.count
    }

    @inline(__always)
    mutating func writeNull() { write(Int32(-1)) }

    @inline(__always)
    mutating func write(integer value: Int32) {
        write(Int32(4))
        write(value)
    }

    @inline(__always)
    mutating func write(bigint value: Int64) {
        write(Int32(8))
        write(value)
    }

    mutating func write(bigintOrNull value: Int64?) {
        if let value { write(bigint: value) } else { writeNull() }
    }

    @inline(__always)
    mutating func write(boolean value: Bool) {
        write(Int32(1))
        write(UInt8(value ? 1 : 0))
    }

    /// - Parameter microseconds: since 1970; the format counts from 2000. What lies beyond the years 0001 to 9999 becomes
    ///   a time that the server refuses.
    @inline(__always)
    mutating func write(timestamp microseconds: Int64) {
        let isInRange = microseconds >= -62_135_596_800_000_000 && microseconds < 253_402_300_800_000_000
        // The least is minus infinity; the next one is before all that the server knows.
        write(bigint: isInRange ? microseconds - 946_684_800_000_000 : .min + 1)
    }

    /// Writes what no type takes: a field with a byte too many. One with too few would be an error of the protocol, not
    /// of the value.
    mutating func writeMisfit() {
        write(Int32(9))
        write(UInt64(0))
        write(UInt8(0))
    }

    @inline(__always)
    mutating func write(text: UnsafeRawBufferPointer) {
        write(Int32(truncatingIfNeeded: text.count))
        write(text)
    }

    mutating func write(text: String) {
        var text = text
        text.withUTF8 { write(text: UnsafeRawBufferPointer($0)) }
    }

    /// Writes a number from its decimal text, digit for digit; what is no number becomes one that the server refuses.
    mutating func write(numeric text: UnsafeRawBufferPointer) {
        let length = place
        place += 4
        if let digits = DecimalDigits(text) {
            write(digits)
        } else {
            // A sign that there is not.
            write(UInt64(0x1111_0000))
        }
        length.storeBytes(of: Int32(place - length - 4).bigEndian, as: Int32.self)
    }

    /// Number of digits, weight of the first, sign, digits behind the point; then the digits, to the base of 10,000.
    /// Source: `numeric_send` in the server's src/backend/utils/adt/numeric.c
    private mutating func write(_ digits: DecimalDigits) {
        write(UInt16(truncatingIfNeeded: digits.groups))
        write(Int16(truncatingIfNeeded: digits.weight))
        write(UInt16(digits.isNegative ? 0x4000 : 0))
        write(UInt16(truncatingIfNeeded: digits.scale))
        for group in 0..<digits.groups { write(digits.group(group)) }
    }
}
