import Catalog
import Model
import Testing

@Suite("Catalogue")
struct CatalogTests {
    @Test("names are unique within a source")
    func unique() {
        for source in Source.allCases {
            let names = Catalog.streams(of: source).map(\.name)
            #expect(Set(names).count == names.count)
        }
    }

    @Test("keys and replication keys are declared columns", arguments: Catalog.streams)
    func keys(stream: StreamDefinition) {
        let paths = Set(stream.schema.columns.map(\.path))
        for key in stream.schema.key { #expect(paths.contains(key), "\(stream.name).\(key)") }
        if let key = stream.schema.replicationKey { #expect(paths.contains(key), "\(stream.name).\(key)") }
    }

    @Test("a column is declared once, and what is cut out is not declared", arguments: Catalog.streams)
    func columns(stream: StreamDefinition) {
        let paths = stream.schema.columns.map(\.path)
        #expect(Set(paths).count == paths.count)
        for field in stream.spliced { #expect(!paths.contains { $0 == field || $0.hasPrefix(field + ".") }) }
    }

    @Test("a derived stream comes out of a field that its parent's records lose", arguments: Catalog.streams)
    func derived(stream: StreamDefinition) throws {
        guard case .field(let field, let parent) = stream.origin else { return }
        let definition = try #require(Catalog.stream(parent, of: stream.source))
        #expect(definition.spliced.contains(field))
    }

    @Test("selection names streams, takes all but some, and refuses unknown names with the nearest")
    func selection() throws {
        func names(_ selection: StreamSelection) throws -> [String] {
            try Catalog.streams(of: .support, selectedBy: selection).map(\.name.rawValue)
        }
        #expect(try names(StreamSelection(include: ["users", "tickets"])) == ["tickets", "users"])
        #expect(try !names(StreamSelection(exclude: ["groups"])).contains("groups"))
        #expect(try names(StreamSelection(include: ["*"], exclude: ["tickets"])).contains("users"))
        #expect(throws: CatalogError.unknownStream("tickts", nearest: "tickets")) {
            try names(StreamSelection(include: ["tickts"]))
        }
    }
}
