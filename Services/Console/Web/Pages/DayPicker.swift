import Console
import Model

/// Chooses the day that a page shows: the one before, the one after, or any.
struct DayPicker {
    struct Choice {
        let day: String
        let href: String
    }

    let path: String
    let day: String
    /// The nearest days on both sides that have something to show.
    let before: Choice?
    let after: Choice?

    /// - Parameter days: those that have something to show.
    init(path: String, day: Day, days: [Day]) {
        self.path = path
        self.day = day.description
        before = days.filter { $0 < day }.max().map { Choice(day: $0.description, href: "\(path)?day=\($0)") }
        after = days.filter { $0 > day }.min().map { Choice(day: $0.description, href: "\(path)?day=\($0)") }
    }
}
