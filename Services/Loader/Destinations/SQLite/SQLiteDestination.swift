import Foundation
package import Loader
package import Logging
package import Model

/// A directory of SQLite files, one for each connection's schema: `<directory>/<schema>.sqlite`.
package struct SQLiteDestination: Destination {
    private let directory: String
    private let logger: Logger

    package init(directory: String, logger: Logger) {
        self.directory = directory
        self.logger = logger
    }

    /// Where the tables of a schema are.
    package func path(of schema: SchemaName) -> String {
        URL(fileURLWithPath: directory).appendingPathComponent("\(schema).sqlite").path
    }

    package func check(_ schema: SchemaName) async throws {
        let opened = SQLiteSchema(schema, path: path(of: schema), logger: logger)
        try await opened.check()
        await opened.close()
    }

    package func standing(of schema: SchemaName, for owner: SchemaOwner) async throws -> SchemaStanding {
        let opened = SQLiteSchema(schema, path: path(of: schema), logger: logger)
        return try await opened.standing(for: owner)
    }

    package func open(_ schema: SchemaName, owner: SchemaOwner) async throws -> any DestinationSchema {
        let opened = SQLiteSchema(schema, path: path(of: schema), logger: logger)
        do {
            try await opened.open(owner)
        } catch {
            await opened.close()
            throw error
        }
        return opened
    }

    package func look(at schema: SchemaName, owner: SchemaOwner) async throws -> (any DestinationSchema)? {
        let opened = SQLiteSchema(schema, path: path(of: schema), logger: logger)
        do {
            if try await opened.look(owner) { return opened }
        } catch {
            await opened.close()
            throw error
        }
        await opened.close()
        return nil
    }

    /// Has nothing to close: each schema has its own connection.
    package func close() async {}
}
