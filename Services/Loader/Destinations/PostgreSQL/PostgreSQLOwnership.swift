import LibPQ
import Loader
import Model

/// Decides whom a schema belongs to, and makes it for its first owner.
struct PostgreSQLOwnership {
    let schema: SchemaName
    let statements: PostgreSQLStatements
    let session: PostgreSQLSession

    /// What is there for an owner, and for readers; changes nothing.
    /// - Throws: as ``claim(for:)``.
    func standing(for owner: SchemaOwner) throws(DestinationError) -> SchemaStanding {
        let readers = try session.run(PostgreSQLDefinitions.readers, [schema.rawValue]).column(0)
        guard try session.run(PostgreSQLDefinitions.schemaExists, [schema.rawValue]).rowCount > 0 else {
            return SchemaStanding(.absent, readers: readers)
        }
        let relations = try session.run(PostgreSQLDefinitions.relations, [schema.rawValue]).column(0)
        var held: OwnerRow?
        if relations.contains(BookkeepingTable.owner.rawValue) {
            held = OwnerRow(try session.run(statements.bookkeeping.selectOwner))
        }
        try OwnerRow.check(held, schema: schema, owner: owner, hasTables: !relations.isEmpty)
        let tables = relations.filter { BookkeepingTable(rawValue: $0) == nil }.count
        return SchemaStanding(held == nil ? .empty : .own(tables: tables), readers: readers)
    }

    /// Runs inside the caller's transaction.
    /// - Throws: ``DestinationError/ownedByOther(schema:owner:)``, ``DestinationError/newerFormat(schema:format:)``.
    func claim(for owner: SchemaOwner) throws(DestinationError) {
        try session.run(PostgreSQLDefinitions.lock, [schema.rawValue])
        if try session.run(PostgreSQLDefinitions.schemaExists, [schema.rawValue]).rowCount == 0 {
            try session.run(statements.definitions.createSchema)
        }
        let relations = Set(try session.run(PostgreSQLDefinitions.relations, [schema.rawValue]).column(0))
        var held: OwnerRow?
        if relations.contains(BookkeepingTable.owner.rawValue) {
            held = OwnerRow(try session.run(statements.bookkeeping.selectOwner))
        }
        try OwnerRow.check(held, schema: schema, owner: owner, hasTables: !relations.isEmpty)
        if let held, held.isCurrent(with: relations) { return }
        try session.run(statements.definitions.createBookkeeping())
        if let held {
            // Format 1 did not list the columns that were added later.
            if held.format < 2 { try session.run(statements.bookkeeping.forgetTypes) }
            try session.run(statements.bookkeeping.setFormat)
            return
        }
        let now = try session.run("SELECT (extract(epoch FROM now()) * 1000000)::bigint").integer(0, 0) ?? 0
        try session.run(statements.bookkeeping.insertOwner(owner, at: Timestamp(microseconds: now)))
    }
}

extension OwnerRow {
    /// Reads the first row of ``BookkeepingSQL/selectOwner``; nil where there is none.
    fileprivate init?(_ rows: PQResult) {
        guard rows.rowCount > 0 else { return nil }
        tenant = rows.text(0, 0) ?? ""
        connection = rows.text(0, 1) ?? ""
        source = rows.text(0, 2) ?? ""
        format = Int(rows.integer(0, 3) ?? 0)
    }
}
