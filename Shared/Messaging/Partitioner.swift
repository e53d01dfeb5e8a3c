package import Model

/// Which partition a tenant's messages go to: Kafka's own default partitioner over the tenant's name.
package enum Partitioner {
    /// `murmur2(tenant) mod partitions`, positive.
    package static func partition(of tenant: TenantID, partitions: Int32) -> Int32 {
        Int32(bitPattern: murmur2(tenant.rawValue.utf8) & 0x7fff_ffff) % partitions
    }

    /// Kafka's murmur2 with its seed.
    /// Source: `org.apache.kafka.common.utils.Utils.murmur2`
    package static func murmur2(_ text: String.UTF8View) -> UInt32 {
        let bytes = Array(text)
        let multiplier: UInt32 = 0x5bd1_e995
        var hash: UInt32 = 0x9747_b28c ^ UInt32(truncatingIfNeeded: bytes.count)
        let whole = bytes.count & ~3
        for start in stride(from: 0, to: whole, by: 4) {
            var word =
                UInt32(bytes[start]) | UInt32(bytes[start + 1]) << 8 | UInt32(bytes[start + 2]) << 16
                | UInt32(bytes[start + 3]) << 24
            word = word &* multiplier
            word ^= word >> 24
            word = word &* multiplier
            hash = hash &* multiplier ^ word
        }
        for index in (whole..<bytes.count).reversed() { hash ^= UInt32(bytes[index]) << UInt32(8 * (index - whole)) }
        if whole < bytes.count { hash = hash &* multiplier }
        hash ^= hash >> 13
        hash = hash &* multiplier
        return hash ^ hash >> 15
    }
}
