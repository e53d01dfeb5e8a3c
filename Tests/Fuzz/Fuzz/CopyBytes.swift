import Destinations

@testable import LibPQ

/// All that an encoder writes, and a reader of it.
struct CopyBytes {
    private let bytes: [UInt8]
    private var place = 0

    init(_ encoder: inout CopyEncoder) {
        let buffer = CopyBuffer(capacity: 64)
        var bytes: [UInt8] = []
        encoder.fill(buffer)
        while buffer.count > 0 {
            bytes += UnsafeRawBufferPointer(start: buffer.start, count: buffer.count)
            encoder.fill(buffer)
        }
        self.bytes = bytes
    }

    var isAtEnd: Bool { place == bytes.count }

    mutating func header() {
        check(
            bytes.starts(with: Array("PGCOPY\n".utf8) + [0xff, 0x0d, 0x0a, 0] + Array(repeating: 0, count: 8)),
            "header"
        )
        place = 19
    }

    mutating func number<Number: FixedWidthInteger>(_ type: Number.Type) -> Number {
        check(place + MemoryLayout<Number>.size <= bytes.count, "the bytes end within a number")
        var number: Number = 0
        for _ in 0..<MemoryLayout<Number>.size {
            number = number << 8 | Number(truncatingIfNeeded: bytes[place])
            place += 1
        }
        return number
    }

    /// Nil for NULL.
    mutating func field() -> ArraySlice<UInt8>? {
        let length = Int(number(Int32.self))
        guard length >= 0 else {
            check(length == -1, "a length of \(length)")
            return nil
        }
        check(place + length <= bytes.count, "the bytes end within a field")
        place += length
        return bytes[(place - length)..<place]
    }
}
