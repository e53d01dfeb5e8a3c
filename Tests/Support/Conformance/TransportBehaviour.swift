/// One named behaviour that every transport shows. See ``TransportHarness`` for how to run them.
package struct TransportBehaviour: Sendable, CustomStringConvertible {
    /// A sentence.
    package let description: String
    package let needs: Set<TransportCapability>
    private let check: @Sendable (ConformanceScene) async throws -> Void

    init(
        _ description: String,
        needs: Set<TransportCapability> = [],
        _ check: @escaping @Sendable (ConformanceScene) async throws -> Void
    ) {
        self.description = description
        self.needs = needs
        self.check = check
    }

    /// Opens the harness's log, checks the behaviour and tears the harness down.
    /// - Throws: ``UnmetExpectation``, or what the transport throws.
    package func run<Harness: TransportHarness>(_ harness: Harness) async throws {
        do {
            let scene = ConformanceScene(
                harness: harness,
                transport: try await harness.open(),
                isDense: Harness.capabilities.contains(.denseOffsets)
            )
            try await check(scene)
        } catch {
            await harness.tearDown()
            throw error
        }
        await harness.tearDown()
    }

    /// All behaviours that a transport with these capabilities must show.
    package static func all(for capabilities: Set<TransportCapability>) -> [TransportBehaviour] {
        everything.filter { $0.needs.isSubset(of: capabilities) }
    }

    /// The others: say them, and why, in the test's output.
    package static func skipped(for capabilities: Set<TransportCapability>) -> [TransportBehaviour] {
        everything.filter { !$0.needs.isSubset(of: capabilities) }
    }

    private static let everything = publishing + consuming + reading + failing
}
