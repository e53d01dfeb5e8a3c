import Model

/// A Zendesk account behind an HTTP server on the loopback interface, for tests and the demo.
///
/// It holds to what is known of Zendesk, traps included, and shares nothing with the client under test.
package struct Simulator: Sendable {
    package let port: Int
    package let world: World
    let server: SimulatorServer

    /// `http://127.0.0.1:port`.
    package var url: String { "http://127.0.0.1:\(port)" }

    /// Switches a fault on, after those that are on.
    package func inject(_ fault: Fault) {
        server.desk.with { $0.faults.add(fault) }
    }

    package func clearFaults() {
        server.desk.with { $0.faults.removeAll() }
    }

    /// Closes a path with this status, as ``SimulatorConfiguration/gates`` does; with nil, opens it.
    package func close(_ path: String, status: Int?) {
        server.desk.with { $0.gates.set(path, status) }
    }

    /// Ends all granted tokens at once.
    package func revokeTokens() {
        server.desk.with { $0.tokens.revokeAll() }
    }

    /// What was asked so far.
    package func account() -> RequestAccount {
        server.desk.with { $0.account.shown }
    }

    package func clearAccount() {
        server.desk.with { $0.clearAccount() }
    }

    /// Changes the small tables now.
    @discardableResult
    package func change(_ change: ListChange) -> ListChange.Summary {
        server.lists.change(change, at: server.configuration.clock.now())
    }

    /// Changes the world now.
    @discardableResult
    package func change(_ change: WorldChange) async -> WorldChange.Summary {
        await world.change(change, at: server.configuration.clock.now())
    }
}

/// Runs a simulator for as long as `body` runs.
/// - Throws: What `body` throws, or why the server could not start.
package func withSimulator<Result: Sendable>(
    _ configuration: SimulatorConfiguration = SimulatorConfiguration(),
    perform body: (Simulator) async throws -> Result
) async throws -> Result {
    let server = SimulatorServer(configuration: configuration)
    return try await withThrowingTaskGroup(of: Void.self) { group in
        let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
        // Answers do not wait for the tests that compute: the pool has other threads for a higher priority.
        group.addTask(executorPreference: globalConcurrentExecutor, priority: .high) {
            defer { continuation.finish() }
            try await server.run { continuation.yield($0) }
        }
        var iterator = ports.makeAsyncIterator()
        guard let port = await iterator.next() else {
            try await group.waitForAll()
            throw CancellationError()
        }
        let result = try await body(Simulator(port: port, world: server.world, server: server))
        group.cancelAll()
        // How the server takes its end says nothing of what `body` found.
        _ = await group.nextResult()
        return result
    }
}

/// Runs a simulator until the process is told to end (SIGTERM, SIGINT).
/// - Parameter onListening: Called once with the port.
package func runSimulator(
    _ configuration: SimulatorConfiguration,
    onListening: @escaping @Sendable (_ port: Int) -> Void
) async throws {
    try await SimulatorServer(configuration: configuration).runUntilSignal(onListening: onListening)
}
