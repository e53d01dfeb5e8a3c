import Model

/// Numbers and times as a check's lines show them.
enum CheckText {
    /// `1,240,000`
    static func grouped(_ number: Int) -> String {
        var text = ""
        for (place, digit) in String(number).reversed().enumerated() {
            if place > 0 && place % 3 == 0 { text.append(",") }
            text.append(digit)
        }
        return String(text.reversed())
    }

    /// `45 s`, `12 min`, `2 h 10 min`, `3 d 4 h`
    static func duration(_ duration: Duration) -> String {
        let seconds = max(1, duration.components.seconds)
        switch seconds {
        case ..<60: return "\(seconds) s"
        case ..<3600: return "\((seconds + 30) / 60) min"
        case ..<172_800:
            let minutes = (seconds + 30) / 60
            return minutes % 60 == 0 ? "\(minutes / 60) h" : "\(minutes / 60) h \(minutes % 60) min"
        default:
            let hours = (seconds + 1800) / 3600
            return hours % 24 == 0 ? "\(hours / 24) d" : "\(hours / 24) d \(hours % 24) h"
        }
    }
}
