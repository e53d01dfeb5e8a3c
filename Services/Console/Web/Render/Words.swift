import Model

/// Figures and times as people read them.
enum Words {
    /// `12,345`
    static func count(_ number: Int) -> String {
        let digits = String(number.magnitude)
        var text = ""
        for (place, digit) in digits.enumerated() {
            if place > 0, (digits.count - place) % 3 == 0 { text.append(",") }
            text.append(digit)
        }
        return number < 0 ? "-\(text)" : text
    }

    /// `1 row`, `2,000 rows`
    static func count(_ number: Int, _ one: String, _ several: String? = nil) -> String {
        "\(count(number)) \(number == 1 ? one : several ?? "\(one)s")"
    }

    /// `45 ms`, `1.5 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h`
    static func duration(seconds: Double) -> String {
        guard seconds.isFinite, seconds > 0 else { return "0 s" }
        if seconds < 1 { return "\(max(1, Int((seconds * 1000).rounded()))) ms" }
        if seconds < 10 {
            let tenths = Int((seconds * 10).rounded())
            return tenths % 10 == 0 ? "\(tenths / 10) s" : "\(tenths / 10).\(tenths % 10) s"
        }
        let whole = Int(min(seconds, 1e12).rounded())
        switch whole {
        case ..<60: return "\(whole) s"
        case ..<3600: return pair(whole / 60, "min", whole % 60, "s")
        case ..<86_400: return pair(whole / 3600, "h", whole % 3600 / 60, "min")
        default: return pair(whole / 86_400, "d", whole % 86_400 / 3600, "h")
        }
    }

    private static func pair(_ first: Int, _ unit: String, _ second: Int, _ smaller: String) -> String {
        second == 0 ? "\(first) \(unit)" : "\(first) \(unit) \(second) \(smaller)"
    }

    /// `450 B`, `12 kB`, `3.4 MB`
    static func bytes(_ number: Int) -> String {
        switch number {
        case ..<1000: "\(number) B"
        case ..<1_000_000: "\(number / 1000) kB"
        default: "\(number / 1_000_000).\(number % 1_000_000 / 100_000) MB"
        }
    }

    /// `Caught up`, for `caught_up`.
    static func label(_ word: String) -> String {
        let text = word.replacing("_", with: " ")
        return text.prefix(1).uppercased() + text.dropFirst()
    }
}
