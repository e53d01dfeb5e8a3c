import Foundation
import GRDB
import Loader
import Model

import struct Loader.Column
import struct Loader.Table

/// Reads and writes the bookkeeping tables of one file.
struct SQLiteBookkeeping {
    let database: Database
    let schema: SchemaName
    let statements: SQLiteStatements

    /// Makes the bookkeeping where it is missing. A file of someone else stays as it is, header included.
    /// - Throws: ``DestinationError/ownedByOther(schema:owner:)``, ``DestinationError/newerFormat(schema:format:)``.
    func claim(for owner: SchemaOwner, at time: Timestamp) throws {
        _ = try isClaimed(by: owner)
        try database.execute(sql: SQLiteStatements.session)
        try database.inTransaction(.immediate) {
            if try !isClaimed(by: owner) {
                try database.execute(sql: statements.createBookkeeping())
                // One that is there stays, with its time.
                try run([statements.bookkeeping.insertOwner(owner, at: time)])
                try database.execute(sql: statements.bookkeeping.setFormat)
            }
            return .commit
        }
    }

    /// True when the file is the owner's and complete, false when it still has to be made.
    private func isClaimed(by owner: SchemaOwner) throws -> Bool {
        let relations = try Set(String.fetchAll(database, sql: SQLiteStatements.relations))
        var held: OwnerRow?
        if relations.contains(BookkeepingTable.owner.rawValue) {
            held = try Row.fetchOne(database, sql: statements.bookkeeping.selectOwner).map { row in
                OwnerRow(tenant: row[0], connection: row[1], source: row[2], format: row[3])
            }
        }
        try OwnerRow.check(held, schema: schema, owner: owner, hasTables: !relations.isEmpty)
        return held?.isCurrent(with: relations) ?? false
    }

    /// What the file holds for an owner; changes nothing.
    /// - Throws: as ``claim(for:at:)``.
    func standing(for owner: SchemaOwner) throws -> SchemaStanding {
        _ = try isClaimed(by: owner)
        let relations = try String.fetchAll(database, sql: SQLiteStatements.relations)
        guard !relations.isEmpty else { return SchemaStanding(.empty) }
        return SchemaStanding(.own(tables: relations.filter { BookkeepingTable(rawValue: $0) == nil }.count))
    }

    func state() throws -> SchemaState {
        let bookkeeping = statements.bookkeeping
        let entries = try Row.fetchAll(database, sql: bookkeeping.selectEntries).compactMap { row in
            TableEntry(name: row[0], kind: row[1], key: row[2], root: row[3], types: row[4])
        }
        let names = try Row.fetchAll(database, sql: bookkeeping.selectNames).map { row in
            NameMap.Entry(table: row[0], column: row[1], fullName: row[2])
        }
        let streams = try Row.fetchAll(database, sql: bookkeeping.selectStreams).map { row in
            StreamRow(stream: row[0], sequence: row[1], schema: row[2], hasRows: row[3])
        }
        return SchemaState(
            SQLIdentifier.sqlite,
            entries: entries,
            relations: try relations(entries),
            names: names,
            streams: streams
        )
    }

    private func relations(_ entries: [TableEntry]) throws -> [String: SchemaState.Relation] {
        let types = Dictionary(entries.map { ($0.name, $0.types) }, uniquingKeysWith: { first, _ in first })
        var relations: [String: SchemaState.Relation] = [:]
        for row in try Row.fetchAll(database, sql: SQLiteStatements.allColumns) {
            let name: String = row[0]
            let columns: [String] = [row[2]].compactMap(\.self)
            // A column that Deskpipe did not make has no type here.
            relations[name, default: .init(isTable: row[1], columns: [])].columns +=
                columns.map { ($0, types[name]?[$0]) }
        }
        return relations
    }

    func positions() throws -> [LogPosition] {
        try Row.fetchAll(database, sql: statements.bookkeeping.selectPositions).map { row in
            LogPosition(topic: row[0], partition: row[1], nextOffset: row[2], sequence: row[3])
        }
    }

    /// For each change what the file holds; nil where it holds nothing.
    func positions(of changes: [PositionChange]) throws -> [LogPosition?] {
        let all = try positions()
        return changes.map { change in
            all.first { $0.topic == change.new.topic && $0.partition == change.new.partition }
        }
    }

    func unsentMessages(atMost count: Int) throws -> [OutboxMessage] {
        try Row.fetchAll(database, sql: statements.bookkeeping.selectMessages(atMost: count)).map { row in
            OutboxMessage(id: row[0], topic: row[1], key: row[2], body: row[3])
        }
    }

    func run(_ statements: [BoundStatement]) throws {
        for statement in statements {
            try database.execute(sql: statement.sql, arguments: StatementArguments(statement.parameters))
        }
    }
}
