/// Tells addresses of the public internet from all others.
/// Source: https://www.iana.org/assignments/iana-ipv4-special-registry, .../iana-ipv6-special-registry
package enum AddressRule {
    private struct Block {
        var prefix: [UInt8]
        var bits: Int

        init(_ prefix: [UInt8], _ bits: Int) {
            self.prefix = prefix
            self.bits = bits
        }

        func contains(_ address: [UInt8]) -> Bool {
            let (whole, rest) = (bits / 8, bits % 8)
            guard address.prefix(whole).elementsEqual(prefix.prefix(whole)) else { return false }
            guard rest > 0 else { return true }
            let mask = ~UInt8(0) << UInt8(8 - rest)
            return address[whole] & mask == prefix[whole] & mask
        }
    }

    /// This host, private, shared, loopback, link-local with the clouds' metadata, documentation, benchmarks, multicast
    /// and reserved.
    private static let special4: [Block] = [
        Block([0], 8), Block([10], 8), Block([100, 64], 10), Block([127], 8), Block([169, 254], 16),
        Block([172, 16], 12), Block([192, 0, 0], 24), Block([192, 0, 2], 24), Block([192, 88, 99], 24),
        Block([192, 168], 16), Block([198, 18], 15), Block([198, 51, 100], 24), Block([203, 0, 113], 24),
        Block([224], 4), Block([240], 4),
    ]

    /// What is routed of the unicast space but is special: protocol assignments with Teredo, documentation, 6to4.
    private static let special6: [Block] = [
        Block([0x20, 0x01, 0x00], 23), Block([0x20, 0x01, 0x0d, 0xb8], 32), Block([0x20, 0x02], 16),
        Block([0x3f, 0xff, 0x00], 20),
    ]

    private static let mapped4 = [UInt8](repeating: 0, count: 10) + [0xff, 0xff]
    private static let translated4: [UInt8] = [0, 0x64, 0xff, 0x9b] + [UInt8](repeating: 0, count: 8)

    /// - Parameter address: 4 or 16 bytes in the order of the network.
    package static func isPublic(_ address: [UInt8]) -> Bool {
        switch address.count {
        case 4: return !special4.contains { $0.contains(address) }
        case 16:
            // An IPv4 address within is judged as such.
            for prefix in [mapped4, translated4] where address.starts(with: prefix) {
                return isPublic(Array(address.suffix(4)))
            }
            // 2000::/3 is all that is assigned.
            return address[0] & 0xe0 == 0x20 && !special6.contains { $0.contains(address) }
        default: return false
        }
    }
}
