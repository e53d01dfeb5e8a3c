package import Catalog
package import Model

/// A walk through a stream's records that asks for the children of each.
package struct PlannedChildren: Sendable {
    /// Asked for with this, `{id}` standing for the parent's key.
    package var request: Request
    /// What the children are.
    package let stream: StreamDefinition
    /// Another selected stream that the children's elements are records of.
    package let also: StreamDefinition?
    /// Whose records are walked through, selected or not.
    package let parent: StreamDefinition
    package var walk: Request

    /// True for a walk that may take days: it works in what the other streams leave of the budget.
    package var isLane: Bool { walk.dialect.isExport }

    /// The selected streams with requests per parent record.
    package static func walks(
        for selected: [StreamDefinition],
        audits: ConnectionDefinition.Audits = .exact,
        largestPage: Int = .max
    ) -> [PlannedChildren] {
        selected.compactMap { stream in
            guard !ReadPlan.isFast(stream, audits), case .perRecord(var request, let parentName) = stream.origin,
                let parent = Catalog.stream(parentName, of: stream.source), case .request(var walk) = parent.origin
            else { return nil }
            walk.sideLoads = []
            walk.pageSize = min(walk.pageSize, max(1, largestPage))
            request.pageSize = min(request.pageSize, max(1, largestPage))
            // After all others of its bucket.
            if walk.dialect.isExport { walk.rank = .max }
            let also = selected.first { $0.alsoFrom?.parent == stream.name }
            return PlannedChildren(request: request, stream: stream, also: also, parent: parent, walk: walk)
        }
    }
}
