import Loader
import Model

/// One connection's schema as the sessions that work on it see it: its statements, and what is known of it.
final class PostgreSQLSite: Sendable {
    let schema: SchemaName
    let statements: PostgreSQLStatements
    let knowledge = SchemaKnowledge()

    init(_ schema: SchemaName) {
        self.schema = schema
        statements = PostgreSQLStatements(schema: schema)
    }
}
