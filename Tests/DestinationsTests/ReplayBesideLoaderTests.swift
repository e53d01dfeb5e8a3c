import Destinations
import Loader
import Model
import Testing

@Suite("Destination: a replay beside a running loader")
struct ReplayBesideLoaderTests {
    @Test(
        "a loader sees columns and sub-tables that a replay has made: a newer record leaves nothing of the older one",
        arguments: DestinationFixture.kinds
    )
    func staleCatalog(kind: DestinationKind) async throws {
        try await withFixture(kind) { fixture in
            let schema = try await fixture.open()
            var loader = try await RecordLoader(schema)
            try await loader.load("{\"id\":1,\"text\":\"first\"}", from: 10)
            let other = try await fixture.open()
            let stage = ReplayStage(schema: other)
            try await stage.reject([
                ReplayStage.row("{\"id\":2,\"text\":\"replayed\",\"late\":5,\"list\":[1,2]}", sequence: 20)
            ])
            #expect(try await stage.replay().map(\.loaded) == [1])
            // As the loader does when it is told that someone was there.
            do {
                try await loader.load("{\"id\":2,\"text\":\"newer\"}", from: 30)
                #expect(kind == .files, "files need no notice: older rows do not show")
            } catch DestinationError.positionMoved {
                loader = try await RecordLoader(schema)
                try await loader.load("{\"id\":2,\"text\":\"newer\"}", from: 30)
            }
            #expect(try fixture.query("SELECT text, late FROM tickets WHERE id = 2") == [["newer", nil]])
            #expect(try fixture.count("SELECT count(*) FROM tickets__list") == 0)
            await schema.close()
            await other.close()
        }
    }

    @Test("a column that both make at once has one type", arguments: DestinationFixture.kinds)
    func sameColumn(kind: DestinationKind) async throws {
        try await withFixture(kind) { fixture in
            let schema = try await fixture.open()
            var loader = try await RecordLoader(schema)
            try await loader.load("{\"id\":1}", from: 10)
            let other = try await fixture.open()
            let stage = ReplayStage(schema: other)
            try await stage.reject([ReplayStage.row("{\"id\":2,\"late\":5}", sequence: 20)])
            #expect(try await stage.replay().map(\.loaded) == [1])
            await #expect(throws: DestinationError.positionMoved) {
                try await loader.load("{\"id\":3,\"late\":\"text\"}", from: 30)
            }
            loader = try await RecordLoader(schema)
            try await loader.load("{\"id\":3,\"late\":\"text\"}", from: 30)
            let rows = try fixture.query("SELECT id, late, late__st FROM tickets ORDER BY id")
            #expect(rows == [["1", nil, nil], ["2", "5", nil], ["3", nil, "text"]])
            await schema.close()
            await other.close()
        }
    }

    @Test("a loader and a replay of the same table both go on to their end", arguments: DestinationFixture.kinds)
    func together(kind: DestinationKind) async throws {
        try await withFixture(kind) { fixture in
            let schema = try await fixture.open()
            let other = try await fixture.open()
            var stage = ReplayStage(schema: other)
            stage.settings.rows = 20
            let rows = (1...200).map { id in
                ReplayStage.row(
                    "{\"id\":\(id),\"text\":\"replayed\",\"r\(id % 7)\":1}",
                    sequence: Int64(id),
                    offset: Int64(id)
                )
            }
            try await stage.reject(rows)
            async let replayed = stage.replay()
            var loader = try await RecordLoader(schema)
            for batch in 0..<20 {
                let records = (1...10).map { place in
                    let id = batch * 10 + place
                    let json = "{\"id\":\(id),\"text\":\"loaded\",\"l\(id % 5)\":\"x\"}"
                    return RecordLoader.Record(json: json, sequence: 10_000 + Int64(id))
                }
                while true {
                    do {
                        try await loader.load(records)
                        break
                    } catch let error as DestinationError {
                        // A service goes on by itself after these, too.
                        guard case .retry = error.recovery else { throw error }
                        loader = try await RecordLoader(schema)
                    }
                }
            }
            let result = try await replayed
            #expect(result.reduce(0) { $0 + $1.loaded + $1.superseded } == 200)
            #expect(try fixture.query("SELECT text, count(*) FROM tickets GROUP BY text") == [["loaded", "200"]])
            #expect(try fixture.count("SELECT count(*) FROM tickets WHERE r1 IS NOT NULL") == 0)
            #expect(try fixture.count("SELECT count(*) FROM _sdc_rejected") == 0)
            await schema.close()
            await other.close()
        }
    }
}
