import ZendeskSimulator

extension Fault.Effect {
    /// What Zendesk does to a request, by name.
    /// - Parameter seconds: How long it asks to wait, or takes.
    static func ofZendesk(seconds: Int) -> [(name: String, effect: Fault.Effect)] {
        [
            ("429", .status(429, retryAfter: .seconds(seconds))),
            ("429 by date", .status(429, retryAfter: .date(seconds: seconds))),
            ("503", .status(503, body: .text, retryAfter: .seconds(1))), ("500", .status(500)),
            ("502", .status(502, body: .html)),
            ("504", .status(504, body: .empty)), ("401", .status(401)), ("reset", .reset()), ("truncated", .truncate()),
            ("bad JSON", .badJSON), ("slow", .delay(.milliseconds(seconds * 700))),
            ("dribble", .dribble(bytes: 400, pause: .milliseconds(10))), ("HTML by name", .contentType("text/html")),
            ("empty page", .emptyPage), ("reset at once", .reset(afterBytes: 0)), ("408", .status(408)),
        ]
    }
}
