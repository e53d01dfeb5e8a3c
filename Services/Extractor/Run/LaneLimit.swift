package import Model

/// How long a run goes on for its lanes: walks with a request per ticket, in what the other streams leave of the budget.
package struct LaneLimit: Hashable, Sendable {
    /// Once all other streams have caught up; nil: until the lanes have, too.
    package var time: Duration?
    /// Not beyond this; nil: no such end.
    package var end: Timestamp?

    package init(time: Duration? = nil, end: Timestamp? = nil) {
        self.time = time
        self.end = end
    }

    /// What the lanes have left when the others have caught up; nil: as long as they need.
    package func rest(now: Timestamp) -> Duration? {
        let untilEnd = end.map { max(.zero, $0 - now) }
        guard let time else { return untilEnd }
        return untilEnd.map { min($0, time) } ?? time
    }
}
