package import Model

/// How long a `Retry-After` header asks to wait.
package struct RetryAfter: Hashable, Sendable {
    /// What is waited where an answer does not say how long.
    package static let missing = Duration.seconds(60)
    /// The least, so that a zero makes no storm.
    package static let shortest = Duration.seconds(1)

    package var delay: Duration

    /// - Parameters:
    ///   - value: the header: seconds or an HTTP date; nil where there is none.
    ///   - now: what a date is counted from.
    package init(_ value: String?, now: Timestamp) {
        guard let value, let asked = Self.seconds(value) ?? Timestamp(httpDate: value).map({ $0 - now }) else {
            delay = Self.missing
            return
        }
        // However long: who has less patience ends the stream, but sends nothing before.
        delay = max(asked, Self.shortest)
    }

    /// What an answer asks: a date by its own `Date`, where it has one, so that no machine's clock matters.
    package init(_ headers: RateHeaders, now: Timestamp) {
        self.init(headers.retryAfter, now: headers.date ?? now)
    }

    private static func seconds(_ text: String) -> Duration? {
        if let seconds = Int64(text) { return .seconds(min(max(seconds, -1), 1_000_000_000)) }
        // More digits than fit, and fractions, rounded up.
        guard let seconds = Double(text), seconds.isFinite else { return nil }
        return .seconds(Int64(min(max(seconds, -1), 1_000_000_000).rounded(.up)))
    }
}

extension Timestamp {
    /// Reads an HTTP date: `Sun, 06 Nov 1994 08:49:37 GMT`.
    /// Source: https://www.rfc-editor.org/rfc/rfc9110#section-5.6.7
    package init?(httpDate text: String) {
        let parts = text.split(separator: " ")
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        guard parts.count == 6, parts[0].hasSuffix(","), parts[5] == "GMT",
            let month = months.firstIndex(of: String(parts[2])), parts[1].utf8.count == 2, parts[3].utf8.count == 4
        else { return nil }
        let number = String(month + 1)
        self.init(parsing: "\(parts[3])-\(number.count == 1 ? "0" : "")\(number)-\(parts[1])T\(parts[4])Z")
    }
}
