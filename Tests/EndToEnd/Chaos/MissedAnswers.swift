import Model

/// What can keep a process from knowing of an answer that Zendesk has sent: it dies or freezes before it has read and kept it,
/// the link between holds the answer back or loses it, or the log that it is kept in takes nothing. All times are the account's.
struct MissedAnswers {
    /// From when nothing is in its way to when the process has read and kept it.
    private static let reading = Duration.milliseconds(500)

    /// When those who extract died or froze, and when frozen ones went on.
    private var losses: [Timestamp] = []
    private var returns: [Timestamp] = []
    /// When the link was slow or still, or the log took nothing: what was under way comes, or is kept, at the end.
    private var delays: [ClosedRange<Timestamp>] = []
    /// When it lost what was under way.
    private var cuts: [ClosedRange<Timestamp>] = []

    mutating func noteLoss(at time: Timestamp) { losses.append(time) }

    mutating func noteReturn(at time: Timestamp) { returns.append(time) }

    mutating func noteDelay(_ times: ClosedRange<Timestamp>) { delays.append(times) }

    mutating func noteCut(_ times: ClosedRange<Timestamp>) { cuts.append(times) }

    /// Whether who sent a request at some time could not know of the pause that was told before.
    func explain(requestAt time: Timestamp, toldAt told: Timestamp) -> Bool {
        let isZombies = returns.contains { $0 <= time && time - $0 < .seconds(1) }
        let delay = delays.filter { $0.contains(told) }.map(\.upperBound).max()
        let known = (delay ?? told) + Self.reading
        let isLost = losses.contains { $0 - told > .seconds(-1) && $0 < known }
        let isCut = cuts.contains { $0.upperBound >= told && $0.lowerBound < known }
        return isZombies || isLost || isCut
    }

    /// What was around a request, for people.
    func text(requestAt time: Timestamp, toldAt told: Timestamp) -> String {
        let span = (told - Duration.seconds(10))...(time + Duration.seconds(10))
        return """
            processes lost at \(losses.filter(span.contains)), back at \(returns.filter(span.contains)), answers late \
            \(delays.filter(span.overlaps)), lost \(cuts.filter(span.overlaps))
            """
    }
}
