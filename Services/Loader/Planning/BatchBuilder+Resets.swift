package import Model

extension BatchBuilder {
    /// The streams that a batch's events begin anew, with their resets' marks.
    ///
    /// A reset that is further on in the log begins with the stream's first event: what was published before it goes
    /// into the new table, too, and what comes after it has higher sequences.
    package func resets(in events: [BatchEvent]) -> [StreamName: Int64] {
        var marks: [StreamName: Int64] = [:]
        for event in events {
            let ahead = resetsAhead.isEmpty ? nil : resetsAhead[event.stream]
            guard let mark = [event.reset, ahead].compactMap(\.self).max() else { continue }
            if isNew(mark, of: event.stream) { marks[event.stream] = max(marks[event.stream] ?? 0, mark) }
        }
        return marks
    }

    /// True for a reset that was not carried out yet.
    package func isNew(_ mark: Int64, of stream: StreamName) -> Bool { mark > declarations[stream]?.reset ?? 0 }

    /// Forgets the resets further on that were carried out.
    package mutating func forgetResetsCarriedOut() {
        guard !resetsAhead.isEmpty else { return }
        let declarations = declarations
        resetsAhead = resetsAhead.filter { $0.value > declarations[$0.key]?.reset ?? 0 }
    }

    /// Takes over what a plan that was loaded has changed.
    mutating func takeOver(_ plan: BatchPlan) {
        catalog = plan.catalog
        for (stream, found) in plan.declarations {
            // One that was only read again may be newer than the plan.
            let known = declarations[stream]
            let newer = known.map { $0.sequence > found.sequence ? $0 : found } ?? found
            declarations[stream] = newer.marked(max(known?.reset ?? 0, found.reset))
        }
        forgetResetsCarriedOut()
        for change in plan.load.positions { filter.loaded(change.new) }
    }
}
