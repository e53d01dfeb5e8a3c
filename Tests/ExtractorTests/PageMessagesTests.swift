import Catalog
import Extractor
import Foundation
import Messaging
import Model
import TestSupport
import Testing

@Suite("PageMessages")
struct PageMessagesTests {
    static let time = Timestamp(seconds: 1_795_168_800)

    /// A read of one stream, page after page, as a run makes it.
    struct Scene {
        let definition: StreamDefinition
        var output: StreamOutput
        let messages: PageMessages

        init(
            _ replication: Replication = .incremental,
            excluded: [String] = [],
            bookmark: Bookmark? = nil
        ) throws {
            definition = StreamDefinition(
                "things",
                origin: .request(
                    Request(path: "things", dialect: .cursorList, envelope: .list("things"), pageSize: 100)
                ),
                replication: replication,
                replicationKey: "updated_at",
                columns: Columns(integer: "id", dateTime: "updated_at", string: "phone via.source.rel")
            )
            output = try StreamOutput(definition, excluded: excluded, bookmark: bookmark)
            messages = PageMessages(acme, namespace: deskpipe, partitions: 12, run: RunID(rawValue: "01RUN"))
        }

        mutating func publish(
            _ records: String,
            at time: Timestamp = PageMessagesTests.time,
            _ position: PagePosition = PagePosition(cursor: "c", isComplete: false)
        ) throws -> Publication {
            let decoder = PageDecoder(
                .list("things"),
                layout: RecordLayout(definition, excluded: ["phone"], derived: [])
            )
            let page = try decoder.decode(Array("{\"things\":[\(records)]}".utf8))
            let publication = try messages.publication(
                of: page,
                as: [(0, output)],
                receivedAt: time,
                position: position
            )
            output.bookmark = publication.bookmarks[0]
            return publication
        }
    }

    private func events(_ publication: Publication) throws -> [RecordEvent] {
        try publication.messages.filter { $0.topic.contains(".records.") }.map { message in
            try RecordEvent(decoding: try #require(message.value))
        }
    }

    @Test("a page is a schema event, its records and its bookmark, all in the tenant's partition")
    func page() throws {
        var scene = try Scene()
        let publication = try scene.publish(#"{"id":1,"phone":"x","updated_at":"2026-11-20T10:00:00Z"},{"id":2}"#)
        let events = try events(publication)
        #expect(events.map(\.envelope.type) == [.schema, .upsert, .upsert])
        #expect(events.map(\.envelope.subject) == [nil, "1", "2"])
        let sequence = Self.time.nanoseconds
        #expect(events.map(\.envelope.sequence) == [sequence - 1, sequence, sequence + 1])
        #expect(String(decoding: events[1].data, as: UTF8.self) == #"{"id":1,"updated_at":"2026-11-20T10:00:00Z"}"#)
        let last = try #require(publication.messages.last)
        #expect(last.topic == "deskpipe.bookmarks" && last.key == "acme/support/things")
        let bookmark = try JSONDecoder().decode(Bookmark.self, from: Data(try #require(last.value)))
        #expect(bookmark == publication.bookmarks[0])
        #expect(bookmark.cursor == "c" && bookmark.sequence == sequence + 1)
        #expect(bookmark.replicationKey == "2026-11-20T10:00:00Z")
        let partition = Partitioner.partition(of: acme.tenant, partitions: 12)
        #expect(publication.messages.allSatisfy { $0.partition == partition })
        #expect(publication.messages[1].key == "acme/support/1")
        #expect(publication.messages[1].topic == "deskpipe.records.zendesk-support.things")
    }

    @Test("the schema event comes once, also for a stream without records, and again when the columns change")
    func schema() throws {
        var scene = try Scene()
        #expect(try events(try scene.publish("")).map(\.envelope.type) == [.schema])
        #expect(try events(try scene.publish(#"{"id":1}"#)).map(\.envelope.type) == [.upsert])
        var changed = try Scene(excluded: ["phone", "via.source"], bookmark: scene.output.bookmark)
        let events = try events(try changed.publish(#"{"id":1}"#))
        #expect(events.map(\.envelope.type) == [.schema, .upsert])
        let schema = try JSONDecoder().decode(StreamSchema.self, from: Data(events[0].data))
        #expect(schema.columns.map(\.path) == ["id", "updated_at"])
    }

    @Test("sequences rise strictly over any pages, also when the clock goes backwards", arguments: 0..<40)
    func sequences(seed: Int) throws {
        var random = SplitMix64(seed: UInt64(seed))
        var scene = try Scene(.kept)
        var now = Self.time
        scene.output.begin(at: now, continues: false)
        var last: Int64 = 0
        for _ in 0..<20 {
            now = now + .microseconds(Int64.random(in: -5...5, using: &random))
            let records = (0..<Int.random(in: 0...20_000, using: &random) / 4000).map { _ in
                ["{\"id\":1}", "7"].randomElement(using: &random) ?? ""
            }
            let isComplete = Bool.random(using: &random)
            let position = PagePosition(cursor: nil, isComplete: isComplete, asOf: now)
            for event in try events(try scene.publish(records.joined(separator: ","), at: now, position)) {
                #expect(event.envelope.sequence > last, "seed \(seed)")
                last = event.envelope.sequence
            }
            #expect(scene.output.bookmark.sequence == last)
        }
    }

    @Test("a rejected record keeps its place, its key and its head, without what is cut out")
    func rejected() throws {
        var scene = try Scene()
        let publication = try scene.publish(#"{"id":1},{"id":null,"phone":"0123","x":"é"},{"id":3}"#)
        let events = try events(publication)
        #expect(events.map(\.envelope.type) == [.schema, .upsert, .rejected, .upsert])
        #expect(events.map { $0.envelope.sequence - Self.time.nanoseconds } == [-1, 0, 1, 2])
        let rejected = try JSONDecoder().decode(RejectedRecord.self, from: Data(events[2].data))
        #expect(rejected.head == #"{"id":null,"x":"é"}"#)
        #expect(rejected.length == rejected.head.utf8.count)
        #expect(rejected.key == nil && rejected.reason.contains("key"))
        #expect(publication.tallies == [Publication.Tally(records: 2, rejected: 1)])
    }

    @Test("a complete read ends with a version event; one that is broken off goes on with the same version")
    func versions() throws {
        var scene = try Scene(.kept)
        scene.output.begin(at: Self.time, continues: false)
        let first = try scene.publish(#"{"id":1}"#)
        #expect(try events(first).map(\.envelope.type) == [.schema, .upsert])
        let version = Self.time.milliseconds
        #expect(try events(first).map(\.envelope.tableVersion) == [version, version])
        // The run is killed here.
        var next = try Scene(.kept, bookmark: scene.output.bookmark)
        next.output.begin(at: Self.time + .seconds(60), continues: true)
        let done = PagePosition(cursor: nil, isComplete: true, asOf: Self.time)
        let last = try events(try next.publish(#"{"id":2}"#, done))
        #expect(last.map(\.envelope.type) == [.upsert, .version])
        #expect(last.map(\.envelope.tableVersion) == [version, version])
        #expect(last[1].envelope.sequence == last[0].envelope.sequence + 1)
        let event = try JSONDecoder().decode(StreamVersion.self, from: Data(last[1].data))
        #expect(event == StreamVersion(stream: "things", tableVersion: version))
        // The next read is a new one, also when the clock went back.
        next.output.begin(at: Self.time - .seconds(60), continues: false)
        #expect(next.output.tableVersion == version + 1)
    }

    @Test("streams that are not read whole have no version")
    func noVersion() throws {
        var scene = try Scene()
        scene.output.begin(at: Self.time, continues: false)
        let events = try events(try scene.publish("", PagePosition(cursor: "c", isComplete: true)))
        #expect(events.map(\.envelope.type) == [.schema])
        #expect(events[0].envelope.tableVersion == nil)
    }

    @Test("as_of stays until a read is complete")
    func asOf() throws {
        var scene = try Scene()
        _ = try scene.publish("", PagePosition(cursor: "a", isComplete: false, asOf: Self.time))
        #expect(scene.output.bookmark.asOf == nil && !scene.output.bookmark.complete)
        _ = try scene.publish("", PagePosition(cursor: "b", isComplete: true, asOf: Self.time))
        #expect(scene.output.bookmark.asOf == Self.time && scene.output.bookmark.complete)
        _ = try scene.publish("", PagePosition(cursor: "c", isComplete: false, asOf: Self.time + .seconds(9)))
        #expect(scene.output.bookmark.asOf == Self.time)
    }

    private static func record(_ id: Int, _ second: Int, _ name: String = "") -> String {
        "{\"id\":\(id),\"name\":\"\(name)\",\"updated_at\":\"2026-11-20T10:00:0\(second)Z\"}"
    }

    private static func seam(_ second: Int64) -> PagePosition {
        PagePosition(cursor: "c", isComplete: true, seamSecond: 1_795_168_800 + second)
    }

    @Test("at the seam only records that are byte for byte the published ones are dropped")
    func seam() throws {
        var scene = try Scene()
        let base = Timestamp(parsing: "2026-11-20T10:00:00Z")?.seconds
        #expect(base == 1_795_168_800)
        let first = [Self.record(1, 1), Self.record(2, 5), Self.record(3, 5)].joined(separator: ",")
        _ = try scene.publish(first, Self.seam(5))
        #expect(scene.output.bookmark.seam?.keys.sorted() == ["2", "3"])
        // 2 is the same, 3 has changed within the second, 4 is new, 5 is of the next second.
        let second = [Self.record(2, 5), Self.record(3, 5, "x"), Self.record(4, 5), Self.record(5, 6)]
        let publication = try scene.publish(second.joined(separator: ","), Self.seam(6))
        #expect(try events(publication).map(\.envelope.subject) == ["3", "4", "5"])
        #expect(publication.tallies == [Publication.Tally(records: 3, dropped: 1)])
        #expect(scene.output.bookmark.seam?.keys.sorted() == ["5"])
        // Nothing new: the second is read again, and again.
        for _ in 0..<2 {
            #expect(try events(try scene.publish(Self.record(5, 6), Self.seam(6))).isEmpty)
            #expect(scene.output.bookmark.seam?.keys.sorted() == ["5"])
        }
    }

    @Test("an older version of a record that comes after a newer one is published too")
    func seamWithinPage() throws {
        var scene = try Scene()
        _ = try scene.publish(Self.record(1, 5), Self.seam(5))
        let page = [Self.record(1, 5, "new"), Self.record(1, 5)].joined(separator: ",")
        #expect(try events(try scene.publish(page, Self.seam(5))).map(\.envelope.subject) == ["1", "1"])
    }

    @Test("a seam of more than 2,000 records is not remembered")
    func largeSeam() throws {
        var scene = try Scene()
        _ = try scene.publish((0..<2000).map { Self.record($0, 5) }.joined(separator: ","), Self.seam(5))
        #expect(scene.output.bookmark.seam?.count == 2000)
        let page = (0..<2001).map { Self.record($0, 5) }.joined(separator: ",")
        #expect(try scene.publish(page, Self.seam(5)).tallies[0].dropped == 2000)
        #expect(scene.output.bookmark.seam == nil)
        #expect(try scene.publish(page, Self.seam(5)).tallies[0].dropped == 0)
    }

    @Test(
        "the bookmark has the greatest replication key",
        arguments: [
            (["9", "10", "8"], "10"), (["1695052663", "999999999"], "1695052663"),
            ([#""2026-11-20T10:00:00Z""#, #""2025-11-20T10:00:00Z""#], "2026-11-20T10:00:00Z"), (["null"], nil),
        ] as [([String], String?)]
    )
    func replicationKey(values: [String], expected: String?) throws {
        var scene = try Scene()
        let records = values.map { "{\"id\":1,\"updated_at\":\($0)}" }.joined(separator: ",")
        #expect(try scene.publish(records).bookmarks[0].replicationKey == expected)
        #expect(try scene.publish(#"{"id":1,"updated_at":1}"#).bookmarks[0].replicationKey == expected ?? "1")
    }
}

/// The connection and namespace of these tests.
let acme = ConnectionKey(
    tenant: TenantID(rawValue: "acme") ?? { preconditionFailure("a valid name") }(),
    connection: ConnectionID(rawValue: "support") ?? { preconditionFailure("a valid name") }()
)
let deskpipe = Namespace(rawValue: "deskpipe") ?? { preconditionFailure("a valid name") }()
