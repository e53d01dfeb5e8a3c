// The module stands in for swift-crypto's where only names are made from hashes: nothing here keeps a secret.

/// SHA-256 with the interface of swift-crypto that the product uses.
/// Source: https://doi.org/10.6028/NIST.FIPS.180-4
public struct SHA256 {
    private var state: [UInt32] = [
        0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19,
    ]
    private var rest: [UInt8] = []
    private var length: UInt64 = 0

    public init() {}

    public static func hash(data: some Sequence<UInt8>) -> [UInt8] {
        var hash = SHA256()
        hash.take(Array(data))
        return hash.finalize()
    }

    public mutating func update(bufferPointer: UnsafeRawBufferPointer) { take(Array(bufferPointer)) }

    public func finalize() -> [UInt8] {
        var hash = self
        let bits = length * 8
        var padding: [UInt8] = [0x80]
        while (rest.count + padding.count) % 64 != 56 { padding.append(0) }
        for shift in stride(from: UInt64(56), through: 0, by: -8) {
            padding.append(UInt8(truncatingIfNeeded: bits >> shift))
        }
        hash.take(padding)
        return hash.state.flatMap { word in
            [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: word >> UInt32($0)) }
        }
    }

    private mutating func take(_ bytes: [UInt8]) {
        length += UInt64(bytes.count)
        rest += bytes
        var start = 0
        while rest.count - start >= 64 {
            compress(rest[start..<(start + 64)])
            start += 64
        }
        rest.removeFirst(start)
    }

    private mutating func compress(_ block: ArraySlice<UInt8>) {
        var words = stride(from: block.startIndex, to: block.endIndex, by: 4).map { place in
            (0..<4).reduce(UInt32(0)) { $0 << 8 | UInt32(block[place + $1]) }
        }
        for place in 16..<64 {
            let (first, second) = (words[place - 15], words[place - 2])
            let low = Self.turn(first, 7) ^ Self.turn(first, 18) ^ first >> 3
            let high = Self.turn(second, 17) ^ Self.turn(second, 19) ^ second >> 10
            words.append(words[place - 16] &+ low &+ words[place - 7] &+ high)
        }
        var letters = state
        for place in 0..<64 {
            let (a, e) = (letters[0], letters[4])
            let chosen = e & letters[5] ^ ~e & letters[6]
            let most = a & letters[1] ^ a & letters[2] ^ letters[1] & letters[2]
            let high = Self.turn(e, 6) ^ Self.turn(e, 11) ^ Self.turn(e, 25)
            let low = Self.turn(a, 2) ^ Self.turn(a, 13) ^ Self.turn(a, 22)
            let first = letters[7] &+ high &+ chosen &+ Self.constants[place] &+ words[place]
            letters = [first &+ low &+ most] + letters[0..<7]
            letters[4] = letters[4] &+ first
        }
        for place in state.indices { state[place] = state[place] &+ letters[place] }
    }

    private static func turn(_ word: UInt32, _ count: UInt32) -> UInt32 { word >> count | word << (32 - count) }

    private static let constants: [UInt32] = [
        0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4, 0xab1c_5ed5,
        0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe, 0x9bdc_06a7, 0xc19b_f174,
        0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f, 0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da,
        0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7, 0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967,
        0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc, 0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85,
        0xa2bf_e8a1, 0xa81a_664b, 0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070,
        0x19a4_c116, 0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
        0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208, 0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7, 0xc671_78f2,
    ]
}
