import Catalog
import Logging
import Messaging
import Model

/// A connection's schema that was opened, and what it holds.
struct OpenedSchema: Sendable {
    let schema: any DestinationSchema
    let catalog: SchemaCatalog
    let positions: [LogPosition]
}

/// Opening connections' schemas, beside all else: a destination that does not answer keeps nobody else waiting.
extension LoaderRun {
    /// How long the others wait for schemas to open, so that their first events need not be read twice.
    private static let patience = Duration.seconds(1)

    /// Begins to open a connection's schema; sets it aside where that fails.
    /// - Parameter former: what was known of it, where another loader's position was found.
    func open(_ definition: ConnectionDefinition, _ former: Lane.Session? = nil) {
        let key = definition.key
        lastNumber += 1
        var failure: (error: any ExplainedError, since: Timestamp)?
        if case .setAside(let error, let since, _) = lanes[key]?.state { failure = (error, since) }
        let opening = Lane.State.opening(.init(number: lastNumber, failure: failure, former: former))
        lanes[key, default: Lane(definition: definition, state: opening)].state = opening
        let (service, number) = (service, lastNumber)
        let relay = producer.map { OutboxRelay(key, $0, service) }
        jobs.start {
            do {
                await former?.schema.close()
                let owner = SchemaOwner(connection: key, source: definition.source)
                let schema = try await service.destination(definition).open(definition.schema, owner: owner)
                do {
                    let catalog = try await schema.catalog()
                    let opened = OpenedSchema(schema: schema, catalog: catalog, positions: try await schema.positions())
                    // What a loader has committed and not published.
                    try await relay?.run(schema)
                    return .opened(key, number: number, .success(opened))
                } catch {
                    await schema.close()
                    throw error
                }
            } catch {
                return .opened(key, number: number, .failure(error))
            }
        }
    }

    /// Waits for what is being opened, but not long.
    func awaitOpenings() async throws {
        let deadline = ContinuousClock.now + Self.patience
        while lanes.values.contains(where: { $0.opening != nil }), ContinuousClock.now < deadline {
            try await jobs.wait(atMost: deadline - .now)
            try await proceed()
        }
    }

    /// Takes over schemas that have been opened, and sets aside the connections whose have not.
    func takeOpened() async throws {
        while !opened.isEmpty {
            let (key, number, result) = opened.removeFirst()
            guard let lane = lanes[key], let opening = lane.opening, opening.number == number else {
                // Closed meanwhile.
                if case .success(let late) = result { await late.schema.close() }
                continue
            }
            switch result {
            case .success(let schema):
                lanes[key]?.state = .open(session(schema, opening.former, of: lane.definition))
                if opening.failure != nil {
                    service.logger.info("destination answers again", metadata: [LogKeys.connection: "\(key)"])
                    service.observer(.resumed(key))
                }
                try await warnOfPositionsBeyondTheEnd(key)
                try await readAgainWhatIsLost(key)
            case .failure(let error as CancellationError):
                throw error
            case .failure(let error):
                if let failure = opening.failure {
                    lanes[key]?.state = .setAside(error: failure.error, since: failure.since, retryAt: now)
                }
                try await setAside(key, Self.explained(error), [])
                try await reportPassedOver(of: key)
            }
        }
    }

    private func session(
        _ opened: OpenedSchema,
        _ former: Lane.Session?,
        of definition: ConnectionDefinition
    ) -> Lane.Session {
        let filter = PositionFilter(opened.positions)
        guard let former else {
            let schemas = service.streams.filter { $0.source == definition.source }.map { ($0.name, $0.schema) }
            let catalogue = Dictionary(schemas, uniquingKeysWith: { first, _ in first })
            let builder = BatchBuilder(
                catalogue: catalogue,
                catalog: opened.catalog,
                filter: filter,
                storage: storage
            )
            return Lane.Session(schema: opened.schema, builder: builder)
        }
        var builder = former.builder
        builder.catalog = opened.catalog
        for (stream, found) in builder.catalog.declarations
        where found.sequence > builder.declarations[stream]?.sequence ?? 0 {
            builder.declarations[stream] = found
        }
        // Another loader may have carried out a reset with the schema that was known.
        for (stream, declared) in builder.declarations {
            builder.declarations[stream] = declared.marked(builder.catalog.declarations[stream]?.reset)
        }
        builder.forgetResetsCarriedOut()
        builder.filter = filter
        var session = Lane.Session(schema: opened.schema, builder: builder)
        session.leftOut = former.leftOut
        return session
    }
}
