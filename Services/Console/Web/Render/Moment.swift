import Model

/// A time on a page: in UTC as the server writes it and when it is pointed at, in the viewer's zone where the script runs.
struct Moment: Hashable, Sendable {
    /// For programs: RFC 3339.
    let iso: String
    /// `2026-11-20 10:00 UTC`, for people.
    let utc: String
    /// `precise` where seconds matter.
    let style: String

    init(_ time: Timestamp, precise: Bool = false) {
        iso = time.formatted()
        let text = time.formatted(precise ? .milliseconds : .seconds)
        utc = "\(text.prefix(10)) \(text.dropFirst(11).prefix(precise ? 12 : 5)) UTC"
        style = precise ? "precise" : "usual"
    }

    init?(_ time: Timestamp?, precise: Bool = false) {
        guard let time else { return nil }
        self.init(time, precise: precise)
    }
}
