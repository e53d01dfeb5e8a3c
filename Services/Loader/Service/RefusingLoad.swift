package import Model

/// Loads events; the records that the destination refuses are found and rejected, and all others load.
package struct RefusingLoad {
    private let builder: BatchBuilder
    private let events: [BatchEvent]
    private let schema: any DestinationSchema
    private let time: Timestamp

    package init(builder: BatchBuilder, events: [BatchEvent], schema: any DestinationSchema, at time: Timestamp) {
        self.builder = builder
        self.events = events
        self.schema = schema
        self.time = time
    }

    /// - Parameters:
    ///   - adapt: changes a plan before it is loaded.
    ///   - conclude: what is written beside the rows.
    /// - Returns: what was loaded, and how it went.
    /// - Throws: ``DestinationError``; never ``DestinationError/refused(_:)``.
    package func run(
        adapting adapt: (inout BatchPlan) -> Void = { _ in },
        conclude: @escaping @Sendable (BatchPlan, LoadOutcome) throws -> Conclusion
    ) async throws -> (plan: BatchPlan, outcome: LoadOutcome) {
        var refused: [Int: String] = [:]
        while true {
            var plan = builder.plan(events, refused: refused, at: time)
            adapt(&plan)
            let planned = plan
            do {
                let outcome = try await schema.load(planned.load) { try conclude(planned, $0) }
                return (planned, outcome)
            } catch DestinationError.refused(let reason) {
                let bad = try await refusedRecords(of: plan, refused)
                // Nothing to blame: the same would come again and again.
                guard !bad.isEmpty else { throw DestinationError.failed(reason) }
                for (place, reason) in bad { refused[place] = "the destination refused it: \(reason)" }
            }
        }
    }

    private func refusedRecords(of plan: BatchPlan, _ refused: [Int: String]) async throws -> [Int: String] {
        let search = RefusalSearch { places in
            let trial = builder.plan(events, refused: refused, subset: Set(places), at: time)
            return try await schema.refusal(of: trial.load)
        }
        return try await search.refused(of: plan.loadedEvents.sorted())
    }
}
