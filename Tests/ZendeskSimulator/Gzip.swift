/// Gzip without compression: what a client must inflate, at the price of a checksum.
///
/// Source: RFC 1951 section 3.2.4 (stored blocks), RFC 1952.
enum Gzip {
    private static let largestBlock = 65_535

    static func stored(_ bytes: [UInt8]) -> [UInt8] {
        var out: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255]
        out.reserveCapacity(bytes.count + bytes.count / largestBlock * 5 + 32)
        var start = 0
        repeat {
            let end = min(bytes.count, start + largestBlock)
            let count = UInt16(end - start)
            out.append(end == bytes.count ? 1 : 0)
            append(UInt32(count) | UInt32(~count) << 16, to: &out)
            out.append(contentsOf: bytes[start..<end])
            start = end
        } while start < bytes.count
        append(checksum(bytes), to: &out)
        append(UInt32(truncatingIfNeeded: bytes.count), to: &out)
        return out
    }

    private static func append(_ value: UInt32, to out: inout [UInt8]) {
        for shift in [UInt32(0), 8, 16, 24] { out.append(UInt8(truncatingIfNeeded: value >> shift)) }
    }

    private static let table: [UInt32] = (0..<256).map { index in
        (0..<8).reduce(UInt32(index)) { value, _ in value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
    }

    private static func checksum(_ bytes: [UInt8]) -> UInt32 {
        var value: UInt32 = 0xFFFF_FFFF
        table.withUnsafeBufferPointer { table in
            bytes.withUnsafeBufferPointer { bytes in
                for byte in bytes { value = value &>> 8 ^ table[Int((value ^ UInt32(byte)) & 0xFF)] }
            }
        }
        return ~value
    }
}
