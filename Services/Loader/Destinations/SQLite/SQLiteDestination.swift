import Foundation
package import Loader
package import Logging
package import Model

/// A directory of SQLite files, one for each connection's schema: `<directory>/<schema>.sqlite`.
package struct SQLiteDestination: Destination {
    private let directory: String
    private let logger: Logger
    private let lockWait: Duration

    /// - Parameter lockWait: how long another program's transaction is waited for.
    package init(directory: String, logger: Logger, lockWait: Duration = .seconds(10)) {
        self.directory = directory
        self.logger = logger
        self.lockWait = lockWait
    }

    /// Where the tables of a schema are.
    package func path(of schema: SchemaName) -> String {
        URL(fileURLWithPath: directory).appendingPathComponent("\(schema).sqlite").path
    }

    package func check(_ schema: SchemaName) async throws {
        let opened = self.opened(schema)
        try await opened.check()
        await opened.close()
    }

    package func standing(of schema: SchemaName, for owner: SchemaOwner) async throws -> SchemaStanding {
        let opened = self.opened(schema)
        return try await opened.standing(for: owner)
    }

    package func open(_ schema: SchemaName, owner: SchemaOwner) async throws -> any DestinationSchema {
        let opened = self.opened(schema)
        do {
            try await opened.open(owner)
        } catch {
            await opened.close()
            throw error
        }
        return opened
    }

    package func look(at schema: SchemaName, owner: SchemaOwner) async throws -> (any DestinationSchema)? {
        let opened = self.opened(schema)
        do {
            if try await opened.look(owner) { return opened }
        } catch {
            await opened.close()
            throw error
        }
        await opened.close()
        return nil
    }

    private func opened(_ schema: SchemaName) -> SQLiteSchema {
        SQLiteSchema(SQLiteFile(schema: schema, path: path(of: schema), lockWait: lockWait), logger: logger)
    }

    /// Has nothing to close: each schema has its own connection.
    package func close() async {}
}
