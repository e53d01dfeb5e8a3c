import Model

/// The forms in which a client is told to wait.
package enum RetryAfter: Sendable, Hashable {
    case seconds(Int)
    /// The same wait, as the date of its end.
    case date(seconds: Int)
    /// What no client can read.
    case text(String)

    /// `5`, `date:5`, or anything else.
    init(text: String) {
        if let seconds = Int(text) {
            self = .seconds(seconds)
        } else if text.hasPrefix("date:"), let seconds = Int(text.dropFirst(5)) {
            self = .date(seconds: seconds)
        } else {
            self = .text(text)
        }
    }

    /// The header's value for an answer given at `now`.
    func header(at now: Timestamp) -> String {
        switch self {
        case .seconds(let seconds): String(seconds)
        case .date: Self.httpDate(end(at: now) ?? now)
        case .text(let text): text
        }
    }

    /// When the client may come again; nil where it cannot tell. A date is cut to whole seconds, as it is written.
    func end(at now: Timestamp) -> Timestamp? {
        switch self {
        case .seconds(let seconds): now + .seconds(seconds)
        case .date(let seconds): Timestamp(seconds: now.seconds + Int64(seconds))
        case .text: nil
        }
    }

    /// `Fri, 20 Nov 2026 10:00:00 GMT`.
    private static func httpDate(_ time: Timestamp) -> String {
        let weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let days = time.seconds / 86_400
        let date = Timestamp.civil(fromDays: days)
        let text = time.formatted(.seconds)
        let day = text.dropFirst(8).prefix(2)
        let clock = text.dropFirst(11).prefix(8)
        return "\(weekdays[Int(days % 7)]), \(day) \(months[Int(date.month) - 1]) \(date.year) \(clock) GMT"
    }
}
