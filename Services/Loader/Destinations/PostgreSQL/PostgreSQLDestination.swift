package import Loader
package import Logging
package import Model

/// A PostgreSQL database; each connection's tables are in a schema of their own.
package struct PostgreSQLDestination: Destination {
    private let pool: PostgreSQLPool

    package init(settings: PostgreSQLSettings, logger: Logger) {
        pool = PostgreSQLPool(settings, logger: logger)
    }

    package func check(_ schema: SchemaName) async throws {
        let opened = PostgreSQLSchema(schema, in: pool)
        try await opened.check()
        await opened.close()
    }

    package func standing(of schema: SchemaName, for owner: SchemaOwner) async throws -> SchemaStanding {
        let opened = PostgreSQLSchema(schema, in: pool)
        do {
            let standing = try await opened.standing(for: owner)
            await opened.close()
            return standing
        } catch {
            await opened.close()
            throw error
        }
    }

    package func open(_ schema: SchemaName, owner: SchemaOwner) async throws -> any DestinationSchema {
        let opened = PostgreSQLSchema(schema, in: pool)
        do {
            try await opened.open(owner)
        } catch {
            await opened.close()
            throw error
        }
        return opened
    }

    package func look(at schema: SchemaName, owner: SchemaOwner) async throws -> (any DestinationSchema)? {
        let opened = PostgreSQLSchema(schema, in: pool)
        do {
            if case .own = try await opened.standing(for: owner).content { return opened }
        } catch {
            await opened.close()
            throw error
        }
        await opened.close()
        return nil
    }

    package func close() async { await pool.close() }
}
