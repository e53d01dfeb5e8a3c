package import Loader
package import Logging
package import Model

/// A directory of JSON Lines, gzip, with a directory for each connection's schema and one in it for each table:
/// `<directory>/<schema>/table=<name>/part-<partition>-<first offset>-<commit>.jsonl.gz`.
///
/// A part counts when the commit at the end of its name is at most that of `<schema>/_deskpipe/manifest.json`, which
/// is replaced once for each batch: so all parts of a batch appear together.
package struct FilesDestination: Destination {
    private let directory: String
    private let logger: Logger
    private let lockLimit: Duration
    private let beforeStep: @Sendable (String) throws -> Void

    /// - Parameters:
    ///   - lockLimit: how long another loader that is at work in the same schema is waited for.
    ///   - beforeStep: is told of each change to the disk before it is made; what it throws is as if the
    ///     process had ended there. For tests.
    package init(
        directory: String,
        logger: Logger,
        lockLimit: Duration = .seconds(10),
        beforeStep: @escaping @Sendable (String) throws -> Void = { _ in }
    ) {
        self.directory = directory
        self.logger = logger
        self.lockLimit = lockLimit
        self.beforeStep = beforeStep
    }

    package func check(_ schema: SchemaName) async throws {
        try await schemaDirectory(schema).check()
    }

    package func standing(of schema: SchemaName, for owner: SchemaOwner) async throws -> SchemaStanding {
        try await schemaDirectory(schema).standing(for: owner)
    }

    package func open(_ schema: SchemaName, owner: SchemaOwner) async throws -> any DestinationSchema {
        let opened = schemaDirectory(schema)
        try await opened.open(owner)
        return opened
    }

    package func look(at schema: SchemaName, owner: SchemaOwner) async throws -> (any DestinationSchema)? {
        let opened = schemaDirectory(schema)
        return try await opened.look(owner) ? opened : nil
    }

    /// Has nothing to close: no file stays open between calls.
    package func close() async {}

    private func schemaDirectory(_ schema: SchemaName) -> FilesSchema {
        let disk = FilesDirectory(path: "\(directory)/\(schema)", beforeStep: beforeStep)
        return FilesSchema(schema, disk: disk, lockLimit: lockLimit, logger: logger)
    }
}
