package import Catalog
package import Model

/// What becomes of a run and of its streams, after all of its reads have ended: a pure decision.
package struct RunConclusion: Sendable {
    private let selected: [StreamDefinition]
    private let error: ExtractorError?
    private let failures: [StreamName: ExtractorError]

    /// - Parameters:
    ///   - error: what ended the whole run.
    ///   - failures: by stream, what ended its read.
    package init(_ selected: [StreamDefinition], _ error: ExtractorError?, _ failures: [StreamName: ExtractorError]) {
        self.selected = selected
        self.error = error
        self.failures = failures
    }

    /// Brings the streams' reports to their end.
    /// - Parameters:
    ///   - ending: why it was asked to end.
    ///   - limit: the run's time, where that ended it.
    func outcome(
        _ ledger: RunLedger,
        wasStopped: Bool,
        ending: RunEnding? = nil,
        limit: Duration? = nil
    ) -> RunOutcome {
        let reason = ending == nil ? limit.map(Self.reason) : ending?.reason
        for stream in ledger.report.streams where stream.status != .caughtUp {
            let cause = failures[stream.stream] ?? error
            // One that was not tried is parked already, with its reason.
            guard let fate = fate(of: stream, cause) else { continue }
            ledger.update(stream.stream) { report in
                report.status = fate
                report.reason = cause?.message ?? reason
                report.hint = cause?.hint
            }
        }
        // One that gives up its place goes on by itself, as one whose time is over.
        let yields = ending == .yields || (ending == nil && limit != nil)
        let (status, counted) = verdict(
            ledger.report.streams,
            wasStopped: wasStopped && ending != .yields,
            isOverLimit: yields
        )
        return RunOutcome(report: ledger.finish(status, error.map(RunFailure.init)), error: error, failures: counted)
    }

    /// What the run is called, and the failures that count.
    ///
    /// Parked streams do not, unless nothing essential could be read: then the whole run has failed. Where no essential
    /// stream is selected, all of those selected are.
    package func verdict(
        _ streams: [StreamReport],
        wasStopped: Bool,
        isOverLimit: Bool = false
    ) -> (status: ExtractionReport.Status, counted: [StreamName: ExtractorError]) {
        var counted: [StreamName: ExtractorError] = [:]
        for stream in streams where stream.status == .failed {
            counted[stream.stream] = failures[stream.stream] ?? error
        }
        if let error { return (error == .takenOver ? .stopped : .failed, counted) }
        let named = Set(selected.filter(\.isEssential).map(\.name))
        let essential = named.isEmpty ? streams : streams.filter { named.contains($0.stream) }
        let isNothingRead = essential.allSatisfy { $0.status == .failed || $0.status == .parked }
        if isNothingRead && !essential.isEmpty {
            for stream in essential {
                counted[stream.stream] = failures[stream.stream] ?? .permission(stream.stream, status: 403, detail: nil)
            }
            return (.failed, counted)
        }
        if !counted.isEmpty { return (.partial, counted) }
        if wasStopped { return (.stopped, counted) }
        return (isOverLimit && streams.contains { $0.status == .continues } ? .partial : .succeeded, counted)
    }

    private static func reason(_ limit: Duration) -> String {
        "continues: the run's time of \(CheckText.duration(limit)) is over (run_limit), the next run goes on from here"
    }

    /// What becomes of a stream that has not caught up; nil: it stays as it is.
    private func fate(of stream: StreamReport, _ cause: ExtractorError?) -> StreamReport.Status? {
        let isEssential = selected.contains { $0.name == stream.stream && $0.isEssential }
        switch cause {
        case nil where stream.status == .parked: return nil
        case nil, .takenOver: return .continues
        case .permission where !isEssential: return .parked
        case .some: return .failed
        }
    }
}
