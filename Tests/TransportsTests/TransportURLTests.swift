import Messaging
import Model
import Testing
import Transports

@Suite("TransportURL")
struct TransportURLTests {
    @Test(
        "is read and written back",
        arguments: [
            ("embedded:./data/log.sqlite", TransportURL.embedded(path: "./data/log.sqlite")),
            ("embedded:/var/lib/deskpipe/log.sqlite", .embedded(path: "/var/lib/deskpipe/log.sqlite")),
            ("kafka://b1:9092", .kafka(brokers: ["b1:9092"])),
            ("kafka://b1:9092,b2.example:19092", .kafka(brokers: ["b1:9092", "b2.example:19092"])),
            ("kafka://[::1]:9092", .kafka(brokers: ["[::1]:9092"])),
        ]
    )
    func valid(_ text: String, _ url: TransportURL) throws {
        #expect(try TransportURL(parsing: text) == url)
        #expect(url.description == text)
    }

    @Test(
        "says what is wrong",
        arguments: [
            "", "log.sqlite", "embedded:", "embedded://data/log.sqlite", "embedded:./data/", "kafka://", "kafka:b:1",
            "kafka://b1", "kafka://b1:", "kafka://:9092", "kafka://b1:0", "kafka://b1:99999", "kafka://b1:+92",
            "kafka://b1:9092,",
            "kafka://b1:9092, b2:9092", "kafka://b1:9092/topic", "kafka://::1:9092", "http://b1:9092",
        ]
    )
    func invalid(_ text: String) {
        let error = #expect(throws: TransportURLError.self) { try TransportURL(parsing: text) }
        #expect(error?.exitCode == .configuration)
        #expect(error?.message.contains("kafka://broker-1:9092") == true)
    }

    @Test("never repeats a password")
    func password() {
        let error = #expect(throws: TransportURLError.self) { try TransportURL(parsing: "kafka://me:canary@b1:9092") }
        #expect(error?.message.contains("canary") == false)
    }
}
