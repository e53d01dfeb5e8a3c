import Destinations
import Foundation
import Loader
import Logging
import Model
import TestSupport
import Testing

@Suite("Files")
struct FilesTests {
    private let batches = FilesBatches()

    @Test("parts are gzip, named by partition, first offset and commit, and the manifest tells which count")
    func namesParts() async throws {
        try await withFixture(.files) { fixture in
            let schema = try await fixture.open()
            _ = try await schema.load(batches.first) { _ in FilesBatches.nothing }
            let reader = FilesReader(directory: fixture.path)
            #expect(try reader.manifest().commit == 1)
            let parts = try reader.parts(of: "table=tickets")
            #expect(parts == ["table=tickets/empty-1.jsonl.gz", "table=tickets/part-4-0-1.jsonl.gz"])
            let bytes = try Gunzip.bytes(of: Data(contentsOf: URL(fileURLWithPath: "\(fixture.path)/\(parts[1])")))
            let text = String(decoding: bytes, as: UTF8.self)
            let batched = try #require(text.split(separator: "\"").last { $0.hasSuffix("Z") })
            #expect(
                text == """
                    {"id":1,"subject":"a \\"b\\"\\n\\u0001é","_sdc_sequence":10,"_sdc_batched_at":"\(batched)"}
                    {"id":2,"_sdc_sequence":11,"_sdc_batched_at":"\(batched)"}\n
                    """
            )
            _ = try await schema.load(batches.second) { _ in FilesBatches.nothing }
            #expect(try reader.parts(of: "table=tickets").contains("table=tickets/part-4-2-2.jsonl.gz"))
            await schema.close()
        }
    }

    @Test("a table's name becomes a directory's whatever it holds")
    func namesDirectories() async throws {
        try await withFixture(.files) { fixture in
            let schema = try await fixture.open()
            for name in ["../a/b", "日本", String(repeating: "x", count: 300), String(repeating: "x", count: 301)] {
                let table = Table(name: name, kind: .keyed(["id"]), columns: TestTables.tickets.columns)
                try await schema.load(changes: [.createTable(table)], [TableLoad(table, [TestRow("1", 1, ["id": 1])])])
                #expect(try fixture.query("SELECT id FROM \"\(name)\"") == [["1"]])
            }
            let names = try fixture.relations()
            #expect(names.contains("table=..%2Fa%2Fb"))
            #expect(names.contains("table=%E6%97%A5%E6%9C%AC"))
            #expect(names.count == 7 && names.allSatisfy { $0.utf8.count < 255 })
            await schema.close()
        }
    }

    @Test("parts of an older complete read go after an hour")
    func removesDropped() async throws {
        try await withFixture(.files) { fixture in
            let schema = try await batches.prepared(fixture)
            _ = try await schema.load(batches.second) { _ in FilesBatches.nothing }
            let reader = FilesReader(directory: fixture.path)
            let dropped = try reader.manifest().dropped.map(\.path)
            #expect(dropped.count == 2)
            #expect(dropped.allSatisfy { FileManager.default.fileExists(atPath: "\(fixture.path)/\($0)") })
            let manifest = URL(fileURLWithPath: "\(fixture.path)/_deskpipe/manifest.json")
            let text = try String(contentsOf: manifest, encoding: .utf8)
            let changed = text.replacing(#/"since":\d+/#, with: "\"since\":1")
            try changed.write(to: manifest, atomically: true, encoding: .utf8)
            try await schema.load()
            #expect(dropped.allSatisfy { !FileManager.default.fileExists(atPath: "\(fixture.path)/\($0)") })
            #expect(try reader.manifest().dropped.isEmpty)
            #expect(try fixture.query("SELECT name FROM tags ORDER BY 1") == [["b"]])
            await schema.close()
        }
    }

    @Test("a manifest that is gone or damaged stops loading with its path")
    func namesManifest() async throws {
        try await withFixture(.files) { fixture in
            let schema = try await batches.prepared(fixture)
            let manifest = "\(fixture.path)/_deskpipe/manifest.json"
            for text in ["{\"format\":1}", nil] {
                if let text {
                    try text.write(toFile: manifest, atomically: true, encoding: .utf8)
                } else {
                    try FileManager.default.removeItem(atPath: manifest)
                }
                let error = await #expect(throws: DestinationError.self) { try await schema.load() }
                #expect(error?.message.contains(manifest) == true)
            }
            await schema.close()
        }
    }

    @Test(
        "a directory that cannot be made is no right, with what to do",
        arguments: ["/proc/deskpipe", "/dev/null/x"]
    )
    func namesDirectory(path: String) async throws {
        let destination = FilesDestination(directory: path, logger: Logger(label: "test"))
        let schema = try DestinationFixture(.files).schema
        for attempt in 0..<2 {
            let error = await #expect(throws: DestinationError.self) {
                if attempt == 0 {
                    try await destination.check(schema)
                } else {
                    _ = try await destination.open(schema, owner: DestinationFixture.owner)
                }
            }
            guard case .forbidden = error else {
                Issue.record("\(String(describing: error))")
                return
            }
            #expect(error?.message.contains(path) == true)
        }
    }

    @Test("what a connection finds in its directory before and after the first load")
    func standing() async throws {
        try await withFixture(.files) { fixture in
            let standing = { try await fixture.destination.standing(of: fixture.schema, for: DestinationFixture.owner) }
            #expect(try await standing() == SchemaStanding(.absent))
            let schema = try await batches.prepared(fixture)
            #expect(try await standing() == SchemaStanding(.own(tables: 5)))
            await schema.close()
        }
    }
}
