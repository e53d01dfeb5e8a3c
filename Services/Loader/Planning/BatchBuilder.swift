import Messaging
package import Model

/// Makes a batch's events into what one transaction writes. Pure.
package struct BatchBuilder: Sendable {
    /// The schemas of the catalogue, for streams whose schema event was not seen.
    package var catalogue: [StreamName: StreamSchema]
    package var declarations: [StreamName: StreamDeclaration]
    package var catalog: SchemaCatalog
    package var filter: PositionFilter
    /// Resets that the log holds further on, by stream, for tables that cannot be loaded before.
    package var resetsAhead: [StreamName: Int64] = [:]
    /// Where the buffers of rows come from and go back to; nil: each batch has its own.
    package let storage: RowStorage?

    package init(
        catalogue: [StreamName: StreamSchema],
        catalog: SchemaCatalog,
        filter: PositionFilter,
        storage: RowStorage? = nil
    ) {
        self.storage = storage
        self.catalogue = catalogue
        declarations = catalog.declarations
        self.catalog = catalog
        self.filter = filter
    }

    /// - Parameters:
    ///   - refused: places of events that the destination refuses, with its reason.
    ///   - subset: places of the records to take; nil for all. Others are left out entirely, for a trial.
    package func plan(
        _ events: [BatchEvent],
        refused: [Int: String] = [:],
        subset: Set<Int>? = nil,
        at now: Timestamp
    ) -> BatchPlan {
        var work = BatchWork(builder: self, events: events, refused: refused, now: now)
        var place: Int?
        for index in events.indices {
            if let subset, events[index].isRecord, !subset.contains(index) { continue }
            place = work.take(index, after: place)
        }
        return work.finish()
    }
}
