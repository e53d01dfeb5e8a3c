import Catalog
import Extractor
import Foundation
import Model
import Testing

@Suite("Sample pages")
struct SamplePagesTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "CatalogTests/Samples")

    private static let names = Catalog.streams.map { "\($0.source.rawValue)/\($0.name)" }

    @Test("a page is cut into records with their keys, whose values fit the declared types", arguments: names)
    func decodes(name: String) throws {
        let stream = try #require(Catalog.streams.first { "\($0.source.rawValue)/\($0.name)" == name })
        let records = try Self.records(of: stream)
        #expect(!records.isEmpty)
        #expect(records.allSatisfy { $0.record.rejection == nil })
        if !stream.schema.key.isEmpty {
            let keys = records.compactMap(\.record.key)
            #expect(keys.count == records.count)
            #expect(Set(keys).count == keys.count)
        }
        if stream.schema.replicationKey != nil { #expect(records.contains { $0.record.replicationKey != nil }) }
        let types = Dictionary(uniqueKeysWithValues: stream.schema.columns.map { ($0.path, $0.type) })
        var found: Set<String> = []
        for (_, text) in records {
            let value = try JSONDecoder().decode(SampleValue.self, from: Data(text))
            for (path, leaf) in value.leaves(at: "", types: types) {
                guard let type = types[path] else { continue }
                found.insert(path)
                #expect(leaf.fits(type), "\(path): \(leaf) is no \(type)")
            }
        }
        for key in stream.schema.key { #expect(found.contains(key)) }
        if case .perRecord(let request, _) = stream.origin, let key = request.parentKey { #expect(found.contains(key)) }
    }

    @Test("there is a page for each stream, and none for another")
    func complete() throws {
        var found: Set<String> = []
        for source in Source.allCases {
            for file in try FileManager.default.contentsOfDirectory(atPath: Self.folder.path + "/" + source.rawValue) {
                found.insert("\(source.rawValue)/\(file.dropLast(5))")
            }
        }
        #expect(found == Set(Self.names))
    }

    /// The stream's records of its page, which is its parent's for one that comes out of another's.
    private static func records(of stream: StreamDefinition) throws -> [(record: DecodedRecord, text: [UInt8])] {
        var (parent, streams, envelope) = (stream, [stream], Envelope.array)
        switch stream.origin {
        case .request(let request), .perRecord(let request, _): envelope = request.envelope
        case .field(_, let name), .list(_, let name), .elements(_, let name):
            parent = try #require(Catalog.stream(name, of: stream.source))
            streams = [parent, stream]
            guard case .request(let request) = parent.origin else { break }
            envelope = request.envelope
        }
        let layout = PageLayout(envelope, parent: parent, streams: streams, excluded: [:])
        let file = folder.appending(path: "\(stream.source.rawValue)/\(stream.name).json")
        let page = try layout.decoder.decode(Array(try Data(contentsOf: file)), parentKey: "360000110579")
        let decoded = page.streams[layout.places[streams.count - 1]]
        return decoded.records.map { record in
            var text: [UInt8] = []
            page.append(record, of: decoded, to: &text)
            return (record, text)
        }
    }
}

/// A value of a sample, by what JSON calls it.
private indirect enum SampleValue: Decodable, Equatable {
    case null
    case boolean(Bool)
    case integer(Int64)
    case number(Double)
    case text(String)
    case list([SampleValue])
    case members([String: SampleValue])

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .boolean(value)
        } else if let value = try? container.decode(Int64.self) {
            self = .integer(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .text(value)
        } else if let value = try? container.decode([SampleValue].self) {
            self = .list(value)
        } else {
            self = .members(try container.decode([String: SampleValue].self))
        }
    }

    /// The values that would be cells, by their columns' paths.
    func leaves(at path: String, types: [String: ColumnType]) -> [(String, SampleValue)] {
        if types[path] != nil { return [(path, self)] }
        switch self {
        case .members(let members):
            return members.flatMap { $1.leaves(at: path.isEmpty ? $0 : "\(path).\($0)", types: types) }
        case .list(let elements): return elements.flatMap { $0.leaves(at: path + "[]", types: types) }
        default: return [(path, self)]
        }
    }

    /// Whether the value goes into a column of the type, not into one beside it.
    func fits(_ type: ColumnType) -> Bool {
        switch (type, self) {
        case (_, .null), (.untyped, _), (.string, _): true
        case (.integer, .integer), (.number, .integer), (.number, .number), (.boolean, .boolean): true
        case (.integer, .text(let text)): Int64(text) != nil
        case (.number, .text(let text)): Double(text) != nil
        case (.dateTime, .text(let text)): Timestamp(parsing: text) != nil
        default: false
        }
    }
}
