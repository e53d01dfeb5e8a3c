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
        case .date: (end(at: now) ?? now).httpDate
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
}
