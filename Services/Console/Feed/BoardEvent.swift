package import Model

/// Something that has just happened, to be told to others.
package enum BoardEvent: Hashable, Sendable {
    case run(ExtractionReport)
    case load(LoadingReport)
    case alert(AlertBook.Change)

    /// Nil for what is told to nobody.
    init?(_ fact: BoardFact) {
        switch fact {
        case .extraction(let report): self = .run(report)
        // A run's end comes in both topics; the first of them is the new one.
        case .progress(let report) where report.status != .running: self = .run(report)
        case .loading(let report): self = .load(report)
        case .definition, .state, .bookmark, .progress, .rejected: return nil
        }
    }
}
