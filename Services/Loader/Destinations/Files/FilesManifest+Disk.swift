import Foundation
import Loader
import Model

extension FilesManifest {
    /// What the schema holds, as far as its tables' directories are still there.
    func state(on disk: FilesDirectory) -> SchemaState {
        var relations: [String: SchemaState.Relation] = [:]
        for table in tables where disk.exists(table.directory) {
            relations[table.name] = SchemaState.Relation(
                isTable: disk.isDirectory(table.directory),
                columns: table.columns.map { ($0.name, $0.type) }
            )
        }
        var rows: [String: StreamRow] = [:]
        for stream in streams {
            let declaration = StreamDeclaration(schema: stream.schema, sequence: stream.sequence)
            rows[stream.stream.rawValue] = StreamRow(stream: stream.stream.rawValue, declaration: declaration)
        }
        for table in tables where table.newest != nil {
            let stream = names.first { $0.table == table.name && $0.column.isEmpty }?.fullName ?? table.name
            rows[stream, default: StreamRow(stream: stream)].hasRows = true
        }
        return SchemaState(
            SQLIdentifier.files,
            entries: tables.map { TableEntry($0.table) },
            relations: relations,
            names: names.map(\.entry),
            streams: Array(rows.values)
        )
    }

    static let encoder: JSONEncoder = {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return encoder
    }()

    /// - Throws: ``DestinationError/failed(_:)`` for one that is not readable.
    static func read(_ disk: FilesDirectory) throws -> FilesManifest? {
        guard let data = try disk.read(name) else { return nil }
        struct Format: Decodable { var format: Int }
        do {
            let format = try JSONDecoder().decode(Format.self, from: data).format
            if format <= newestFormat { return try JSONDecoder().decode(FilesManifest.self, from: data) }
            // Of a newer one no more is read than whose it is.
            var manifest = try JSONDecoder().decode(Newer.self, from: data).manifest
            manifest.format = format
            return manifest
        } catch {
            throw DestinationError.failed("\(disk.absolute(name)) is not a manifest; bring back the one that was there")
        }
    }

    private struct Newer: Decodable {
        var owner: Owner

        var manifest: FilesManifest { FilesManifest(owner: owner) }
    }

    private init(owner: Owner) {
        self.owner = owner
        batchedAt = owner.createdAt
    }
}
