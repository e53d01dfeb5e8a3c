import Failpoints
import LibPQ
import Loader
import Model

/// One session of the server: the connection, and the temporary tables and statements that live as long as it.
final class PostgreSQLSession {
    let connection: PQConnection
    private let schema: SchemaName
    private var stages: [String: PostgreSQLStage] = [:]
    private var stageCount = 0
    /// Tables whose stage holds rows.
    private var filled: Set<String> = []
    private var preparedNames: Set<String> = []
    private var hasWorkTables = false

    /// Connects and sets the session up.
    /// - Throws: ``DestinationError``.
    init(_ settings: PostgreSQLSettings, schema: SchemaName) throws(DestinationError) {
        self.schema = schema
        do {
            connection = try PQConnection(parameters: settings.withPassword())
            try connection.execute(PostgreSQLDefinitions.session(given: settings.parameters["options"]))
        } catch {
            let failure = PostgreSQLFailure(
                schema: schema,
                user: settings.parameters["user"] ?? "",
                database: settings.parameters["dbname"] ?? settings.parameters["user"] ?? ""
            )
            throw failure.destinationError(error)
        }
    }

    var failure: PostgreSQLFailure {
        PostgreSQLFailure(schema: schema, user: connection.user, database: connection.database)
    }

    @discardableResult
    func run(_ sql: String, _ parameters: [String?] = [], table: String? = nil) throws(DestinationError) -> PQResult {
        do {
            return parameters.isEmpty ? try connection.execute(sql) : try connection.execute(sql, parameters)
        } catch {
            throw failure.destinationError(error, table: table)
        }
    }

    @discardableResult
    func run(_ statement: BoundStatement) throws(DestinationError) -> PQResult {
        try run(statement.sql, statement.parameters)
    }

    /// Ends the transaction.
    func commit() throws(DestinationError) {
        do {
            let result = try connection.execute("COMMIT") { Failpoint.commitSent.hit() }
            if result.commandTag == "COMMIT" { return }
        } catch {
            throw failure.destinationError(error)
        }
        throw .failed("the server rolled the transaction back")
    }

    /// Runs a statement that each batch repeats; it is prepared at its first use.
    func runPrepared(_ name: String, _ sql: String, _ parameters: [String?]) throws(DestinationError) -> PQResult {
        do {
            if !preparedNames.contains(name) {
                try connection.prepare(name, sql)
                preparedNames.insert(name)
            }
            return try connection.executePrepared(name, parameters)
        } catch {
            throw failure.destinationError(error)
        }
    }

    /// Runs a statement that finds rows by their keys.
    @discardableResult
    func lookingUp(_ sql: String, table: String) throws(DestinationError) -> PQResult {
        try run(PostgreSQLStatements.lookUp)
        let result = try run(sql, table: table)
        try run(PostgreSQLStatements.lookUpNoMore)
        return result
    }

    /// Runs inserts of rows none of which should be there.
    /// - Returns: false, and nothing is written, where one is there or an insert wrote less than all its rows.
    func insertNew(_ inserts: [(sql: String, table: String, rows: Int)]) throws(DestinationError) -> Bool {
        try run("SAVEPOINT new_rows")
        for (sql, table, rows) in inserts {
            var isAll = false
            do {
                isAll = try connection.execute(sql).affectedRows == rows
            } catch  where error.sqlState == "23505" {
                isAll = false
            } catch {
                throw failure.destinationError(error, table: table)
            }
            guard isAll else {
                try run("ROLLBACK TO SAVEPOINT new_rows")
                return false
            }
        }
        try run("RELEASE SAVEPOINT new_rows")
        return true
    }

    /// The empty staging table of a table.
    func emptyStage(for table: Table) throws(DestinationError) -> PostgreSQLStage {
        if let stage = stages[table.name], stage.fits(table) {
            // A load that did not commit left its rows.
            if filled.contains(table.name) { try run("TRUNCATE \(stage.name)") }
            filled.insert(table.name)
            return stage
        }
        if let outgrown = stages.removeValue(forKey: table.name) { try run(outgrown.drop) }
        stageCount += 1
        let stage = PostgreSQLStage(number: stageCount, table: table)
        try run(stage.create, table: table.name)
        stages[table.name] = stage
        filled.insert(table.name)
        return stage
    }

    /// Empties the stages as part of the transaction that loads them: a transaction of its own would have the server
    /// wait for its disk. ``stagesAreEmpty()`` is to be called when it has committed.
    func emptyStages() throws(DestinationError) {
        let names = filled.compactMap { stages[$0]?.name }.sorted()
        if !names.isEmpty { try run("TRUNCATE \(names.joined(separator: ", "))") }
    }

    func stagesAreEmpty() {
        filled = []
    }

    /// Copies rows into a staging table.
    func copy(_ encoder: CopyEncoder, into stage: PostgreSQLStage, table: String) throws(DestinationError) {
        var encoder = encoder
        do {
            try connection.copyIn(stage.copy) { chunk in
                Failpoint.copyBegun.hit()
                encoder.fill(chunk)
            }
        } catch {
            throw failure.destinationError(error, table: table, columns: stage.columns)
        }
    }

    func makeWorkTables() throws(DestinationError) {
        guard !hasWorkTables else { return }
        try run(PostgreSQLStatements.createWorkTables)
        hasWorkTables = true
    }
}
