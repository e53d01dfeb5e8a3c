import LibPQ
import Loader

/// Moves the staged rows of one root table and its sub-tables into them, inside the caller's transaction.
///
/// Most batches are of one kind: a first read brings new records only, a repeated one replaces all. Both are cheaper
/// for the server than an upsert, which locks and looks for each row what it then finds. A batch of both kinds, and
/// whatever another hand put in between, takes the upsert.
struct PostgreSQLMove {
    let statements: PostgreSQLStatements
    let session: PostgreSQLSession
    let root: PostgreSQLLoad.StagedTable
    /// All sub-tables of the table, whether the batch has rows for them or not.
    let subtables: [Table]
    let staged: [PostgreSQLLoad.StagedTable]

    private var table: Table { root.table }
    private var stage: PostgreSQLStage { root.stage }

    /// Which of the staged records took effect.
    private enum Effect {
        case all
        /// Those in ``PostgreSQLStatements/effective``.
        case some
        case none
    }

    /// How many of the staged records took effect.
    private struct Written {
        var inserted: Int
        var updated: Int
    }

    func run(_ result: inout TableOutcome) throws(DestinationError) {
        if stage.isKept { return try moveKept(&result) }
        let isAnyThere = try hasAny(in: table)
        if !isAnyThere, try !hasOrphans(), try insertAll(&result) { return }
        if !subtables.isEmpty { try session.run("TRUNCATE \(PostgreSQLStatements.effective)") }
        let written = isAnyThere && table.kind != .appended ? try replace() : try upsert()
        result.inserted += written.inserted
        result.updated += written.updated
        result.superseded += root.rows - written.inserted - written.updated
        try replaceSubrows(effect(of: written), &result)
    }

    private func hasAny(in table: Table) throws(DestinationError) -> Bool {
        let sql = statements.hasAny(in: table, root: root.table, stage: stage)
        return try session.run(sql, table: table.name).integer(0, 0) == 1
    }

    /// True where a record that is not there has sub-rows all the same: someone deleted its row alone.
    private func hasOrphans() throws(DestinationError) -> Bool {
        for subtable in subtables where try hasAny(in: subtable) { return true }
        return false
    }

    /// Supposes that none of the records is there, nor a sub-row of them.
    /// - Returns: false, and nothing is written, where that is not so.
    private func insertAll(_ result: inout TableOutcome) throws(DestinationError) -> Bool {
        var inserts = [(sql: statements.insert(table, from: stage), table: table.name, rows: root.rows)]
        for part in staged {
            inserts.append((statements.insert(part.table, from: part.stage), part.table.name, part.rows))
        }
        guard try session.insertNew(inserts) else { return false }
        result.inserted += root.rows
        for part in staged { result.subtables[part.table.name, default: 0] += part.rows }
        return true
    }

    /// Supposes that most of the records replace rows.
    private func replace() throws(DestinationError) -> Written {
        let isOursAlone =
            try session.run(
                statements.isOursAlone(table),
                [statements.definitions.qualified(table.name)],
                table: table.name
            ).integer(0, 0) == 1
        if isOursAlone {
            // An update costs the server more: it finds out what changed, and locks a row before it moves it.
            let sql = statements.deleteOlder(table, stage: stage)
            let deleted = try session.lookingUp(sql, table: table.name).affectedRows
            if deleted == root.rows {
                try session.run(statements.insert(table, from: stage), table: table.name)
                return Written(inserted: 0, updated: deleted)
            }
            let written = try upsert()
            return Written(inserted: written.inserted - deleted, updated: written.updated + deleted)
        }
        let sql = statements.update(table, from: stage, keepsEffective: !subtables.isEmpty)
        let updated = try session.lookingUp(sql, table: table.name).affectedRows
        if updated == root.rows { return Written(inserted: 0, updated: updated) }
        let written = try upsert()
        return Written(inserted: written.inserted, updated: written.updated + updated)
    }

    private func upsert() throws(DestinationError) -> Written {
        let sql = statements.upsert(table, from: stage, keepsEffective: !subtables.isEmpty)
        let counts = try session.run(sql, table: table.name)
        let inserted = Int(counts.integer(0, 0) ?? 0)
        return Written(inserted: inserted, updated: Int(counts.integer(0, 1) ?? 0) - inserted)
    }

    private func effect(of written: Written) -> Effect {
        let count = written.inserted + written.updated
        return count == root.rows ? .all : count > 0 ? .some : .none
    }

    private func moveKept(_ result: inout TableOutcome) throws(DestinationError) {
        try session.run("TRUNCATE \(PostgreSQLStatements.verdicts)")
        try session.run(statements.judge(stage), [table.name], table: table.name)
        let unchanged = Int(try session.run(PostgreSQLStatements.countUnchanged).integer(0, 0) ?? 0)
        if !subtables.isEmpty { try session.run("TRUNCATE \(PostgreSQLStatements.effective)") }
        let written = try upsert()
        try session.run(statements.noteKeys(table, stage), [table.name])
        result.inserted += written.inserted
        result.updated += written.updated
        result.unchanged += unchanged
        result.superseded += root.rows - written.inserted - written.updated - unchanged
        try replaceSubrows(effect(of: written), &result)
    }

    private func replaceSubrows(_ effect: Effect, _ result: inout TableOutcome) throws(DestinationError) {
        if effect == .none { return }
        for subtable in subtables {
            if effect == .all {
                let sql = statements.deleteAllSubrows(of: subtable, root: table, stage: stage)
                try session.lookingUp(sql, table: subtable.name)
            } else {
                try session.run(
                    statements.deleteSubrows(of: subtable, root: table, stage: stage),
                    table: subtable.name
                )
            }
        }
        for part in staged {
            let (table, stage) = (part.table, part.stage)
            let sql =
                effect == .all
                ? statements.insert(table, from: stage) : statements.insertSubrows(into: table, from: stage)
            result.subtables[table.name, default: 0] += try session.run(sql, table: table.name).affectedRows
        }
    }
}
