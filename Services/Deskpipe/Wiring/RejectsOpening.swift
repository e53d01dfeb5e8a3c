import Catalog
import Loader
import Logging
import Model
import ServiceRuntime

/// The connections whose rejected records are wanted, and their schemas.
struct RejectsOpening {
    private let options: CommonOptions
    private let settings: Settings
    private let destinations: DestinationOpening
    private let logger: Logger

    init(_ options: CommonOptions) throws {
        self.options = options
        settings = try options.settings()
        logger = options.logger("deskpipe.rejects")
        destinations = DestinationOpening(settings, logger: logger)
    }

    /// The connections that are meant.
    func connections() async throws -> [ConnectionDefinition] {
        try await options.definitions(settings, logger).sorted { $0.key < $1.key }
    }

    /// Runs with a connection's schema, unless nothing was loaded into it yet.
    /// - Parameter forLoading: otherwise it is opened for reading alone.
    func withSchema(
        of definition: ConnectionDefinition,
        forLoading: Bool = false,
        _ body: (any DestinationSchema) async throws -> Void
    ) async throws {
        let destination = try destinations.open(for: definition)
        let owner = SchemaOwner(connection: definition.key, source: definition.source)
        do {
            if let looked = try await destination.look(at: definition.schema, owner: owner) {
                var schema = looked
                if forLoading {
                    await looked.close()
                    schema = try await destination.open(definition.schema, owner: owner)
                }
                do {
                    try await body(schema)
                } catch {
                    await schema.close()
                    throw error
                }
                await schema.close()
            }
        } catch {
            await destination.close()
            throw error
        }
        await destination.close()
    }

    func replay(_ definition: ConnectionDefinition, _ schema: any DestinationSchema) -> RejectReplay {
        RejectReplay(
            definition,
            schema: schema,
            catalogue: Self.schemas(of: definition.source),
            namespace: settings.namespace,
            settings: BatchSettings(rows: settings.batch.rows, bytes: settings.batch.bytes, age: settings.batch.age),
            clock: SystemClock()
        )
    }

    static func schemas(of source: Source) -> [StreamName: StreamSchema] {
        let schemas = Catalog.streams(of: source).map { ($0.name, $0.schema) }
        return Dictionary(schemas, uniquingKeysWith: { first, _ in first })
    }
}
