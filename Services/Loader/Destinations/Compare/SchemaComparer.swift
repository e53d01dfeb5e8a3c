import LibPQ
import Loader
package import Model

/// Compares two schemas of one destination, table by table. Writes nothing.
package actor SchemaComparer {
    private enum Place {
        case postgreSQL(PostgreSQLSettings, SchemaName)
        case sqlite(directory: String)
    }

    private let executor = BlockingExecutor(label: "deskpipe.compare")
    private let place: Place
    private let names: Sides<String>
    private let catalogue: @Sendable (Source?) -> CompareCatalogue

    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// Connects to nothing yet.
    /// - Parameter catalogue: the streams of a source; nil for a pair of schemas of which neither is Deskpipe's.
    /// - Throws: ``CompareError/unsupported(url:)``, ``CompareError/sameSchema(_:)``, ``DestinationSettingsError``.
    package init(
        _ destination: DestinationSettings,
        schemas: Sides<String>,
        catalogue: @escaping @Sendable (Source?) -> CompareCatalogue
    ) throws {
        switch DestinationKind(url: destination.url) {
        case .postgresql:
            let place = SchemaName(rawValue: schemas.schema) ?? SchemaName(fromName: "compared")
            guard let place else { throw CompareError.notASchema(schemas.schema) }
            self.place = .postgreSQL(try PostgreSQLSettings(destination), place)
        case .sqlite: place = .sqlite(directory: try destination.directory())
        case .files: throw CompareError.unsupported(url: destination.url)
        case nil: throw DestinationSettingsError.unknownScheme(destination.url)
        }
        guard schemas.schema != schemas.with else { throw CompareError.sameSchema(schemas.schema) }
        names = schemas
        self.catalogue = catalogue
    }

    /// Compares all tables, or one with its sub-tables.
    /// - Parameter progress: called after each table.
    package func compare(
        only table: String? = nil,
        progress: @Sendable (TableComparison) -> Void
    ) throws -> SchemaComparison {
        switch place {
        case .postgreSQL(let settings, let place):
            let session = try PostgreSQLCompareSession(settings, schemas: names, place: place)
            return try compare(session, only: table, progress)
        case .sqlite(let directory):
            return try SQLiteCompareSession.read(directory: directory, schemas: names) { session in
                try compare(session, only: table, progress)
            }
        }
    }

    private func compare(
        _ session: some CompareSession,
        only wanted: String?,
        _ progress: @Sendable (TableComparison) -> Void
    ) throws -> SchemaComparison {
        let schemas = try Sides { side in try session.facts(side) { self.catalogue($0) } }
        let catalogue = self.catalogue(schemas.with.source ?? schemas.schema.source)
        var tables = Set((schemas.schema.tables + schemas.with.tables).map(\.name))
        if let wanted {
            tables = tables.filter { $0 == wanted || $0.hasPrefix("\(wanted)__") }
            guard !tables.isEmpty else { throw CompareError.noTable(wanted, schemas: names) }
        }
        var notes = DesignNotes()
        var compared: [TableComparison] = []
        // Sub-tables come after their roots, whose names begin theirs.
        var horizons: [String: Timestamp?] = [:]
        for name in tables.sorted() {
            let start = ContinuousClock.now
            var table = try compare(name, schemas, catalogue, session, horizons, &notes)
            horizons[name] = .some(table.comparedUntil)
            table.seconds = (ContinuousClock.now - start).fractionalSeconds
            compared.append(table)
            progress(table)
        }
        return SchemaComparison(
            schemas: names,
            isEqual: !compared.contains { $0.verdict == .differs },
            tables: compared,
            notes: notes.lines(schemas)
        )
    }

    private func compare(
        _ name: String,
        _ schemas: Sides<SchemaFacts>,
        _ catalogue: CompareCatalogue,
        _ session: some CompareSession,
        _ horizons: [String: Timestamp?],
        _ notes: inout DesignNotes
    ) throws -> TableComparison {
        guard let x = schemas.schema[name], let y = schemas.with[name] else {
            let side: Side = schemas.schema[name] == nil ? .with : .schema
            let count = "SELECT count(*) FROM \(BookkeepingSQL(schema: session.qualifiers[side]).name(name))"
            let rows = try session.row(count, table: name).first?.flatMap { Int($0) } ?? 0
            return TableJudgement.lone(name, rows: rows, side, schemas, &notes)
        }
        let tables = Sides(schema: x, with: y)
        let identity = TableIdentity(of: name, in: schemas, catalogue)
        let pairing = ColumnPairing(tables, key: identity.key)
        notes.add(pairing, tables, identity)
        let measurement = TableMeasurement(
            session: session,
            schemas: schemas,
            identity: identity,
            tables: tables,
            pairing: pairing,
            horizons: horizons
        )
        let judgement = TableJudgement(schemas: schemas, identity: identity, pairing: pairing)
        return judgement.judged(try measurement.measured(), &notes)
    }
}
