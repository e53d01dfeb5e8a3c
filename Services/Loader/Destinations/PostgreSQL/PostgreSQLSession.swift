import LibPQ
import Loader
import Model

/// One session of the server: the connection, and the temporary tables and statements that live as long as it.
final class PostgreSQLSession {
    let connection: PQConnection
    private let schema: SchemaName
    private var stages: [String: PostgreSQLStage] = [:]
    private var stageCount = 0
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

    /// The empty staging table of a table.
    func emptyStage(for table: Table) throws(DestinationError) -> PostgreSQLStage {
        if let stage = stages[table.name], stage.fits(table) {
            try run("TRUNCATE \(stage.name)")
            return stage
        }
        if let outgrown = stages.removeValue(forKey: table.name) { try run(outgrown.drop) }
        stageCount += 1
        let stage = PostgreSQLStage(number: stageCount, table: table)
        try run(stage.create, table: table.name)
        stages[table.name] = stage
        return stage
    }

    /// Copies rows into a staging table.
    func copy(_ encoder: CopyEncoder, into stage: PostgreSQLStage, table: String) throws(DestinationError) {
        var encoder = encoder
        do {
            try connection.copyIn(stage.copy) { encoder.fill($0) }
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
