import CLibrdkafka
import Messaging
import Model
import Testing

@Suite("Partitioner")
struct PartitionerTests {
    @Test("agrees with Kafka's default partitioner for every tenant's name")
    func librdkafka() throws {
        var random = SystemRandomNumberGenerator()
        let letters = Array("abcdefghijklmnopqrstuvwxyz0123456789-")
        for length in 1...40 {
            for _ in 0..<50 {
                let name = String((0..<length).map { _ in letters.randomElement(using: &random) ?? "a" })
                let tenant = try #require(TenantID(rawValue: name))
                for partitions: Int32 in [1, 3, 12, 100] {
                    let expected = name.withCString {
                        rd_kafka_msg_partitioner_murmur2(nil, $0, name.utf8.count, partitions, nil, nil)
                    }
                    #expect(Partitioner.partition(of: tenant, partitions: partitions) == expected)
                }
            }
        }
    }

    @Test("gives the values that Kafka's own tests give")
    func published() {
        // Source: UtilsTest.testMurmur2 of apache/kafka
        let known: [(String, Int32)] = [
            ("21", -973_932_308), ("foobar", -790_332_482), ("a-little-bit-long-string", -985_981_536),
            ("a-little-bit-longer-string", -1_486_304_829),
            ("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58_897_971), ("abc", 479_470_107),
        ]
        for (text, hash) in known { #expect(Int32(bitPattern: Partitioner.murmur2(text.utf8)) == hash) }
    }
}
