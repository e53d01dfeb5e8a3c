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
    let load: TableLoad
    let stage: PostgreSQLStage
    /// All sub-tables of the table, whether the batch has rows for them or not.
    let subtables: [Table]
    let staged: [(load: SubtableLoad, stage: PostgreSQLStage)]

    private var table: Table { load.table }

    /// Which of the staged records took effect.
    private enum Effect {
        case all
        /// Those in ``PostgreSQLStatements/effective``.
        case some
        case none
    }

    func run(_ result: inout TableOutcome) throws(DestinationError) {
        if stage.isKept { return try moveKept(&result) }
        let isAnyThere = try hasAny(in: table)
        if !isAnyThere, try !hasOrphans(), try insertAll(&result) { return }
        if !subtables.isEmpty { try session.run("TRUNCATE \(PostgreSQLStatements.effective)") }
        var updated = 0
        if isAnyThere, table.kind != .appended { updated = try update() }
        var written = (inserted: 0, all: 0)
        if updated < load.records.count { written = try upsert() }
        result.inserted += written.inserted
        result.updated += updated + written.all - written.inserted
        result.superseded += load.records.count - updated - written.all
        let effect: Effect = updated == load.records.count ? .all : updated + written.all > 0 ? .some : .none
        try replaceSubrows(effect, &result)
    }

    private func hasAny(in table: Table) throws(DestinationError) -> Bool {
        let sql = statements.hasAny(in: table, root: load.table, stage: stage)
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
        var inserts = [(sql: statements.insert(table, from: stage), table: table.name, rows: load.records.count)]
        for (load, stage) in staged {
            inserts.append((statements.insert(load.table, from: stage), load.table.name, load.rows.count))
        }
        guard try session.insertNew(inserts) else { return false }
        result.inserted += load.records.count
        for (load, _) in staged { result.subtables[load.table.name, default: 0] += load.rows.count }
        return true
    }

    private func update() throws(DestinationError) -> Int {
        let sql = statements.update(table, from: stage, keepsEffective: !subtables.isEmpty)
        return try session.lookingUp(sql, table: table.name).affectedRows
    }

    private func upsert() throws(DestinationError) -> (inserted: Int, all: Int) {
        let sql = statements.upsert(table, from: stage, keepsEffective: !subtables.isEmpty)
        let counts = try session.run(sql, table: table.name)
        return (Int(counts.integer(0, 0) ?? 0), Int(counts.integer(0, 1) ?? 0))
    }

    private func moveKept(_ result: inout TableOutcome) throws(DestinationError) {
        try session.run("TRUNCATE \(PostgreSQLStatements.verdicts)")
        try session.run(statements.judge(stage), [table.name], table: table.name)
        let unchanged = Int(try session.run(PostgreSQLStatements.countUnchanged).integer(0, 0) ?? 0)
        if !subtables.isEmpty { try session.run("TRUNCATE \(PostgreSQLStatements.effective)") }
        let written = try upsert()
        try session.run(statements.noteKeys(table, stage), [table.name])
        result.inserted += written.inserted
        result.updated += written.all - written.inserted
        result.unchanged += unchanged
        result.superseded += load.records.count - written.all - unchanged
        try replaceSubrows(written.all > 0 ? .some : .none, &result)
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
        for (load, stage) in staged {
            let sql =
                effect == .all
                ? statements.insert(load.table, from: stage) : statements.insertSubrows(into: load.table, from: stage)
            result.subtables[load.table.name, default: 0] += try session.run(sql, table: load.table.name).affectedRows
        }
    }
}
