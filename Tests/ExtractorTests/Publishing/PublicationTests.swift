import Catalog
import Extractor
import Foundation
import Messaging
import Model
import TestSupport
import Testing

@Suite("PageMessages, many pages and what bookmarks keep")
struct PublicationTests {
    private static let time = Timestamp(seconds: 1_795_168_800)
    private static let messages = PageMessages(
        acme,
        namespace: deskpipe,
        partitions: 12,
        run: RunID(rawValue: "01RUN")
    )

    private static func stream(
        _ name: StreamName = "things",
        _ replication: Replication = .incremental,
        rereads window: Duration? = nil
    ) -> StreamDefinition {
        var request = Request(path: "things", dialect: .cursorList, envelope: .list("things"), pageSize: 100)
        request.rereadWindow = window
        return StreamDefinition(
            name,
            origin: .request(request),
            replication: replication,
            replicationKey: "time",
            columns: Columns(integer: "id", dateTime: "time", string: "name")
        )
    }

    /// Pages of things, each of which may have parts in `parts`, which are records of another stream.
    private static func pages(_ texts: [String]) throws -> [DecodedPage] {
        let parts = DerivedLayout(stream("parts"), from: .list("parts"), excluded: [])
        let decoder = PageDecoder(.list("things"), of: stream(), excluded: [], derived: [parts])
        return try texts.map { try decoder.decode(Array($0.utf8)) }
    }

    private static func output(_ definition: StreamDefinition, _ bookmark: Bookmark? = nil) throws -> StreamOutput {
        try StreamOutput(definition, excluded: [], bookmark: bookmark)
    }

    private static func publication(
        _ pages: [DecodedPage],
        _ outputs: [StreamOutput],
        at time: Timestamp = time,
        _ position: PagePosition = PagePosition(cursor: "c", isComplete: false)
    ) throws -> Publication {
        try messages.publication(
            of: pages,
            as: outputs.enumerated().map { ($0.offset, $0.element) },
            receivedAt: time,
            position: position
        )
    }

    private static func events(_ publication: Publication, of stream: StreamName) throws -> [RecordEvent] {
        try publication.messages
            .filter { $0.topic == deskpipe.records(.support, stream) }
            .map { try RecordEvent(decoding: try #require($0.value)) }
    }

    @Test("the records of several pages follow one another under one bookmark, for each stream of the pages")
    func severalPages() throws {
        let pages = try Self.pages([
            #"{"things":[{"id":1,"time":5},{"id":2,"time":9}],"parts":[{"id":1},{"id":2},{"id":3}]}"#,
            #"{"things":[]}"#, #"{"things":[{"id":3,"time":7},4],"parts":[{"id":4}]}"#,
        ])
        let outputs = [try Self.output(Self.stream()), try Self.output(Self.stream("parts"))]
        let publication = try Self.publication(pages, outputs)
        let things = try Self.events(publication, of: "things")
        let parts = try Self.events(publication, of: "parts")
        #expect(things.map(\.envelope.type) == [.schema, .upsert, .upsert, .upsert, .rejected])
        #expect(things.map(\.envelope.subject) == [nil, "1", "2", "3", nil])
        #expect(parts.map(\.envelope.subject) == [nil, "1", "2", "3", "4"])
        // The first page takes three sequences, as its parts do; an empty one takes none.
        let sequence = Self.time.nanoseconds
        #expect(things.map { $0.envelope.sequence - sequence } == [-1, 0, 1, 3, 4])
        #expect(parts.map { $0.envelope.sequence - sequence } == [-1, 0, 1, 2, 3])
        #expect(publication.tallies == [.init(records: 3, rejected: 1), .init(records: 4)])
        #expect(publication.bookmarks.map { $0.sequence - sequence } == [4, 3])
        #expect(publication.bookmarks.map(\.replicationKey) == ["9", nil])
        #expect(publication.messages.suffix(2).map(\.key) == ["acme/support/things", "acme/support/parts"])
        #expect(publication.messages.filter { $0.topic == deskpipe.bookmarks }.count == 2)
    }

    @Test("pages published together become the events that they become one by one", arguments: 0..<50)
    func together(seed: Int) throws {
        var random = SplitMix64(seed: UInt64(seed))
        let texts = (0..<5).map { page in
            let things = (0..<Int.random(in: 0...3, using: &random)).map { "{\"id\":\(page * 10 + $0),\"time\":\($0)}" }
            let parts = (0..<Int.random(in: 0...3, using: &random)).map { "{\"id\":\(page * 10 + $0)}" }
            return "{\"things\":[\(things.joined(separator: ","))],\"parts\":[\(parts.joined(separator: ","))]}"
        }
        let pages = try Self.pages(texts)
        let outputs = [try Self.output(Self.stream()), try Self.output(Self.stream("parts"))]
        let whole = try Self.publication(pages, outputs)
        for (index, name) in (["things", "parts"] as [StreamName]).enumerated() {
            var one = outputs
            var single: [RecordEvent] = []
            for page in pages {
                let publication = try Self.publication([page], one)
                single += try Self.events(publication, of: name)
                for (place, bookmark) in publication.bookmarks.enumerated() { one[place].bookmark = bookmark }
            }
            let events = try Self.events(whole, of: name)
            #expect(events.map(\.data) == single.map(\.data), "seed \(seed)")
            #expect(zip(events, events.dropFirst()).allSatisfy { $0.envelope.sequence < $1.envelope.sequence })
            #expect(whole.bookmarks[index].sequence == events.last?.envelope.sequence)
            #expect(whole.bookmarks[index].replicationKey == one[index].bookmark.replicationKey)
        }
    }

    @Test("a stream published beside its own read keeps its place; only its sequence and schema move")
    func besideItsRead() throws {
        var place = Bookmark(sequence: 5, complete: true)
        place.cursor = "own"
        place.replicationKey = "3"
        place.asOf = Self.time - .seconds(90)
        place.seam = ["1": "hash"]
        place.revisit = [8]
        place.requests = 2
        place.tableVersion = 77
        var output = try Self.output(Self.stream("things", .kept), place)
        output.movesBookmark = false
        output.begin(at: Self.time, continues: false)
        var position = PagePosition(cursor: "walk", isComplete: true, asOf: Self.time, seamSecond: 5, requests: 40)
        position.done = "9|1"
        let pages = try Self.pages([#"{"things":[{"id":1,"time":5},{"id":2,"time":9}]}"#])
        let publication = try Self.publication(pages, [output], position)
        // All records: what another read published is no reason to drop one; and no version event, which is its own's.
        #expect(try Self.events(publication, of: "things").map(\.envelope.type) == [.schema, .upsert, .upsert])
        #expect(publication.tallies == [.init(records: 2)])
        var expected = place
        expected.sequence = Self.time.nanoseconds + 1
        expected.schema = publication.bookmarks[0].schema
        #expect(expected.schema != nil)
        #expect(publication.bookmarks == [expected])
    }

    @Test(
        "a key that is read again from stays a minute behind the page; any other is taken as it is",
        arguments: [
            ("\"2026-11-20T10:00:30Z\"", "2026-11-20T09:59:00Z", "2026-11-20T10:00:30Z"),
            ("\"2026-11-20T11:30:00+01:00\"", "2026-11-20T09:59:00Z", "2026-11-20T11:30:00+01:00"),
            ("\"2026-11-20T09:58:59Z\"", "2026-11-20T09:58:59Z", "2026-11-20T09:58:59Z"),
            ("1795168800", "1795168740", "1795168800"), ("1795168700", "1795168700", "1795168700"),
        ]
    )
    func clamp(value: String, clamped: String, plain: String) throws {
        let pages = try Self.pages(["{\"things\":[{\"id\":1,\"time\":\(value)}]}"])
        for (window, expected) in [(Duration.seconds(3600), clamped), (nil, plain)] {
            let output = try Self.output(Self.stream(rereads: window))
            let publication = try Self.publication(pages, [output])
            #expect(publication.bookmarks[0].replicationKey == expected)
            // The record itself says what Zendesk said.
            let data = try #require(try Self.events(publication, of: "things").last?.data)
            #expect(String(decoding: data, as: UTF8.self).contains(value))
        }
    }

    @Test("the clamped key never goes back, and follows the present page by page")
    func clampMoves() throws {
        var output = try Self.output(Self.stream(rereads: .seconds(60)))
        let future = try Self.pages([#"{"things":[{"id":1,"time":"2026-11-21T10:00:00Z"}]}"#])
        let past = try Self.pages([#"{"things":[{"id":1,"time":"2026-11-20T08:00:00Z"}]}"#])
        var keys: [String?] = []
        for (seconds, pages) in [(0, future), (10, past), (20, future), (15, future)] as [(Int64, [DecodedPage])] {
            let publication = try Self.publication(pages, [output], at: Self.time + .seconds(seconds))
            output.bookmark = publication.bookmarks[0]
            keys.append(output.bookmark.replicationKey)
        }
        let first = "2026-11-20T09:59:00Z"
        #expect(keys == [first, first, "2026-11-20T09:59:20Z", "2026-11-20T09:59:20Z"])
    }

    @Test("the account's own columns follow the declared ones in the schema event, which comes anew when they change")
    func customColumns() throws {
        let custom = [
            ColumnDefinition(path: "user_fields.plan", type: .string),
            ColumnDefinition(path: "user_fields.since", type: .dateTime),
            ColumnDefinition(path: "name", type: .integer),
        ]
        var bookmark: Bookmark?
        let pages = try Self.pages([#"{"things":[{"id":1}]}"#])
        func published(_ custom: [ColumnDefinition], excluded: [String] = []) throws -> StreamSchema? {
            let output = try StreamOutput(Self.stream(), excluded: excluded, bookmark: bookmark, custom: custom)
            let publication = try Self.publication(pages, [output])
            bookmark = publication.bookmarks[0]
            let event = try Self.events(publication, of: "things").first { $0.envelope.type == .schema }
            return try event.map { try JSONDecoder().decode(StreamSchema.self, from: Data($0.data)) }
        }
        let declared = Self.stream().schema.columns
        #expect(try published([])?.columns == declared)
        // A declared column is what the catalogue says.
        #expect(try published(custom)?.columns == declared + custom.prefix(2))
        #expect(try published(custom) == nil)
        #expect(try published(custom, excluded: ["user_fields.since"])?.columns == declared + custom.prefix(1))
        #expect(try published(custom, excluded: ["user_fields"])?.columns == declared)
    }

    @Test("a walk's place, its requests and the tickets to read again go through the bookmark and out of it")
    func walkPlaces() throws {
        var output = try Self.output(Self.stream())
        func publish(_ position: PagePosition) throws -> Bookmark {
            let publication = try Self.publication(try Self.pages([#"{"things":[]}"#]), [output], position)
            let message = try #require(publication.messages.last?.value)
            let bookmark = try JSONDecoder().decode(Bookmark.self, from: Data(message))
            #expect(bookmark == publication.bookmarks[0])
            output.bookmark = bookmark
            return bookmark
        }
        var bookmark = try publish(
            PagePosition(cursor: "a", isComplete: false, requests: 3, done: "1750000000|7", revisit: [4, 9])
        )
        #expect(bookmark.done == "1750000000|7" && bookmark.revisit == [4, 9])
        // Requests are those of a complete read.
        #expect(bookmark.requests == nil)
        bookmark = try publish(PagePosition(cursor: nil, isComplete: true, requests: 5, done: "1750000001|8"))
        #expect(bookmark.done == "1750000001|8" && bookmark.revisit == nil && bookmark.requests == 5)
        bookmark = try publish(PagePosition(cursor: "b", isComplete: false, requests: 1))
        #expect(bookmark.done == nil && bookmark.requests == 5)
        let text = String(decoding: try JSONEncoder().encode(bookmark), as: UTF8.self)
        #expect(!text.contains("done") && !text.contains("revisit"))
    }
}
