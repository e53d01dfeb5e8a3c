package import Model

/// Loads events; the records that the destination refuses are found and rejected, and all others load.
package struct RefusingLoad: Sendable {
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

    /// Events that are planned, and whose rows are staged.
    package struct Staged: Sendable {
        package let plan: BatchPlan
        let batch: StagedBatch

        var holdsRows: Bool { batch.holdsRows }
    }

    /// Plans the events and stages their rows.
    /// - Throws: ``DestinationError``; of a refusal nothing is found out yet.
    package func stage() async throws -> Staged { try await stage(builder.plan(events, at: time)) }

    private func stage(_ plan: BatchPlan) async throws -> Staged {
        let batch = try await schema.stage(plan.load)
        // The destination keeps the rows, where it does not have them already.
        var plan = plan
        let tables = plan.load.tables
        plan.load = plan.load.withoutRows
        if !batch.holdsRows { builder.storage?.keep(tables) }
        return Staged(plan: plan, batch: batch)
    }

    package func discard(_ staged: Staged) async { await schema.discard(staged.batch) }

    /// - Parameters:
    ///   - staged: what ``stage()`` gave for these events; nil to begin with that.
    ///   - adapt: changes a plan before it is loaded.
    ///   - conclude: what is written beside the rows.
    /// - Returns: what was loaded, and how it went.
    /// - Throws: ``DestinationError``; never ``DestinationError/refused(_:)``.
    package func run(
        _ staged: Staged? = nil,
        adapting adapt: (inout BatchPlan) -> Void = { _ in },
        conclude: @escaping @Sendable (BatchPlan, LoadOutcome) throws -> Conclusion
    ) async throws -> (plan: BatchPlan, outcome: LoadOutcome) {
        var refused: [Int: String] = [:]
        var staged = staged
        var isLost = false
        while true {
            var loadedEvents = staged?.plan.loadedEvents ?? []
            do {
                if staged == nil {
                    var plan = builder.plan(events, refused: refused, at: time)
                    adapt(&plan)
                    loadedEvents = plan.loadedEvents
                    staged = try await stage(plan)
                }
                guard let ready = staged.take() else { continue }
                let plan = ready.plan
                let outcome = try await schema.apply(ready.batch) { try conclude(plan, $0) }
                return (plan, outcome)
            } catch DestinationError.stagingLost(let reason) {
                if isLost { throw DestinationError.unavailable(reason) }
                isLost = true
            } catch DestinationError.refused(let reason) {
                let bad = try await refusedRecords(of: loadedEvents, refused)
                // Nothing to blame: the same would come again and again.
                guard !bad.isEmpty else { throw DestinationError.failed(reason) }
                for (place, reason) in bad { refused[place] = "the destination refused it: \(reason)" }
            }
        }
    }

    private func refusedRecords(of places: [Int], _ refused: [Int: String]) async throws -> [Int: String] {
        let search = RefusalSearch { places in
            let trial = builder.plan(events, refused: refused, subset: Set(places), at: time)
            return try await schema.refusal(of: trial.load)
        }
        return try await search.refused(of: places.sorted())
    }
}
