package import Model

/// How far the read of an export is, by the time that its records cover, and when it will have covered it all.
///
/// The pace is the slope of a line through all that was told, the newest weighing most: requests come in bursts of a
/// minute's budget, which the time since the start alone would take for speed.
package struct ProgressEstimate: Hashable, Sendable {
    /// What a page weighs beside the next one.
    private static let fading = 0.998

    private let from: Timestamp
    private let to: Timestamp
    private var began: Timestamp?
    private var records = 0
    private var covered = 0.0
    // Weighted sums of the line's least squares: x in seconds since the first page, y the fraction covered.
    private var weight = 0.0
    private var sumX = 0.0
    private var sumY = 0.0
    private var sumXX = 0.0
    private var sumXY = 0.0

    /// - Parameters:
    ///   - from: the time from which records are wanted.
    ///   - to: the time up to which they are; about now.
    package init(from: Timestamp, to: Timestamp) {
        self.from = from
        self.to = max(to, from + .seconds(1))
    }

    /// Takes one page.
    /// - Parameters:
    ///   - time: when it was there.
    ///   - until: the time that the records up to its last one cover; nil where it brought none.
    package mutating func add(at time: Timestamp, coveredUntil until: Timestamp?, records count: Int) {
        let start = began ?? time
        began = start
        records += count
        if let until {
            covered = max(covered, min(1, (until - from).fractionalSeconds / (to - from).fractionalSeconds))
        }
        let x = (time - start).fractionalSeconds
        weight = weight * Self.fading + 1
        sumX = sumX * Self.fading + x
        sumY = sumY * Self.fading + covered
        sumXX = sumXX * Self.fading + x * x
        sumXY = sumXY * Self.fading + x * covered
    }

    /// - Parameter isComplete: the read has caught up.
    package func progress(at now: Timestamp, isComplete: Bool = false) -> StreamProgress {
        let minutes = began.map { (now - $0).fractionalSeconds / 60 } ?? 0
        return StreamProgress(
            fraction: isComplete ? 1 : covered,
            rate: minutes > 0 ? (Double(records) / minutes).rounded() : 0,
            estimatedEnd: isComplete ? nil : remaining.map { now + $0 }
        )
    }

    /// Nil until two pages came at different times and covered something between them.
    private var remaining: Duration? {
        let spread = weight * sumXX - sumX * sumX
        guard spread > 1e-9 else { return nil }
        let slope = (weight * sumXY - sumX * sumY) / spread
        guard slope > 1e-12 else { return nil }
        return .milliseconds(Int64(min((1 - covered) / slope * 1000, 1e14)))
    }
}
