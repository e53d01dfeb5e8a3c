import Foundation
import Model

/// What a cron expression means, said another way: Foundation's calendar, and each second asked for itself.
struct CronOracle {
    private let fields: [String]
    /// Of seconds, minutes and hours, the values that fit.
    private var times: [Set<Int>] = []
    private static let calendar: Calendar = {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = TimeZone(identifier: "UTC") ?? .gmt
        return calendar
    }()
    private static let names = [
        4: ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"],
        5: ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"],
    ]
    private static let bounds = [(0, 59), (0, 59), (0, 23), (1, 31), (1, 12), (1, 7), (1970, 2099)]

    init?(_ text: String) {
        fields = text.split(separator: " ").map(String.init)
        guard fields.count >= 6 else { return nil }
        times = (0..<3).map { field in Set((0..<60).filter { fits(field, $0) }) }
    }

    /// The seconds of the next `count` at which it fires.
    func fires(from first: Int64, count: Int) -> [Int64] {
        let final = first + Int64(count) - 1
        var days: [Int64: Bool] = [:]
        return (first...final).filter { second in
            let day = second / 86_400
            let isDay = days[day] ?? matches(day: day)
            days[day] = isDay
            return isDay && times[2].contains(Int(second / 3600 % 24)) && times[1].contains(Int(second / 60 % 60))
                && times[0].contains(Int(second % 60))
        }
    }

    /// The first day with a time to come.
    func firstDay(from start: Timestamp, until year: Int) -> Int64? {
        let today = start.seconds / 86_400
        if !fires(from: start.seconds + 1, count: Int((today + 1) * 86_400 - start.seconds - 1)).isEmpty {
            return today
        }
        let end = Int64(Self.date(year, 1, 1).timeIntervalSince1970) / 86_400
        return ((today + 1)..<end).first { matches(day: $0) }
    }

    private func matches(day: Int64) -> Bool {
        let parts = Self.calendar.dateComponents(
            [.year, .month, .day, .weekday],
            from: Date(timeIntervalSince1970: Double(day) * 86_400)
        )
        guard let year = parts.year, let month = parts.month, let day = parts.day, let weekday = parts.weekday,
            fits(4, month), fields.count < 7 || fits(6, year)
        else { return false }
        return fields[3] == "?" ? fitsWeekday(year, month, day, weekday) : fitsDay(year, month, day)
    }

    private func fitsWeekday(_ year: Int, _ month: Int, _ day: Int, _ weekday: Int) -> Bool {
        let text = fields[5]
        let length = Self.length(year, month)
        let same = stride(from: 1, through: length, by: 1).filter { Self.weekday(year, month, $0) == weekday }
        if text == "L" { return weekday == 7 }
        if text.hasSuffix("L") { return number(5, String(text.dropLast())) == weekday && same.last == day }
        if let hash = text.firstIndex(of: "#") {
            let nth = Int(text[text.index(after: hash)...]) ?? 0
            return number(5, String(text[..<hash])) == weekday && same.indices.contains(nth - 1) && same[nth - 1] == day
        }
        return fits(5, weekday)
    }

    private func fitsDay(_ year: Int, _ month: Int, _ day: Int) -> Bool {
        let text = fields[3]
        let length = Self.length(year, month)
        guard text.contains("L") || text.contains("W") else { return fits(3, day) }
        var wanted: Int
        if text.hasPrefix("L") {
            let digits = text.filter(\.isNumber)
            wanted = length - (Int(digits) ?? 0)
        } else {
            wanted = Int(text.dropLast()) ?? 0
        }
        guard (1...length).contains(wanted) else { return false }
        if text.hasSuffix("W") {
            // The nearest of the month's working days; Friday wins over Monday by nearness alone.
            let working = (1...length).filter { (2...6).contains(Self.weekday(year, month, $0)) }
            wanted = working.min { abs($0 - wanted) < abs($1 - wanted) } ?? 0
        }
        return day == wanted
    }

    /// Lists, ranges and steps.
    private func fits(_ field: Int, _ value: Int) -> Bool {
        let (low, high) = Self.bounds[field]
        return fields[field].split(separator: ",").contains { part in
            let halves = part.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
            let step = halves.count > 1 ? Int(halves[1]) ?? 1 : 1
            if halves[0] == "*" || halves[0].isEmpty { return (value - low) % step == 0 }
            let ends = halves[0].split(separator: "-").map(String.init)
            let first = number(field, ends[0])
            let last = ends.count > 1 ? number(field, ends[1]) : (halves.count > 1 ? high : first)
            let steps = stride(from: first, through: last < first ? last + high - low + 1 : last, by: step)
            return steps.contains { ($0 - low) % (high - low + 1) + low == value }
        }
    }

    private func number(_ field: Int, _ text: String) -> Int {
        if let index = Self.names[field]?.firstIndex(of: text) { return index + 1 }
        return Int(text) ?? -1
    }

    private static func date(_ year: Int, _ month: Int, _ day: Int) -> Date {
        calendar.date(from: DateComponents(year: year, month: month, day: day)) ?? .distantPast
    }

    private static func weekday(_ year: Int, _ month: Int, _ day: Int) -> Int {
        calendar.component(.weekday, from: date(year, month, day))
    }

    private static func length(_ year: Int, _ month: Int) -> Int {
        calendar.range(of: .day, in: .month, for: date(year, month, 1))?.count ?? 0
    }
}

/// Makes expressions of the whole grammar, and moments where calendars are odd.
struct CronGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed &* 0x9e37_79b9_7f4a_7c15 &+ 1
    }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }

    mutating func expression() -> String {
        let isWeekday = Bool.random(using: &self)
        let month = chance(3) ? "*" : list(1...12, names: ["JAN", "FEB", "MAR", "APR", "JUN", "SEP", "DEC"])
        let time = [list(0...59), list(0...59), list(0...23)]
        let days = isWeekday ? ["?", month, weekday()] : [day(), month, "?"]
        let years = chance(4) ? [pick(["*", "2024-2040", "2024/4", "2027,2028"])] : []
        return (time + days + years).joined(separator: " ")
    }

    mutating func moment() -> Timestamp {
        let year = Int64.random(in: 2023...2030, using: &self)
        let (month, day): (Int64, Int64) = pick([(2, 26), (2, 27), (12, 30), (4, 29), (7, 30), (1, 1), (11, 20)])
        let midnight = Timestamp.days(year: year, month: month, day: day) * 86_400
        return Timestamp(seconds: midnight + .random(in: 0..<86_400, using: &self))
    }

    private mutating func day() -> String {
        switch Int.random(in: 0..<8, using: &self) {
        case 0: "L"
        case 1: "LW"
        case 2: "L-\(Int.random(in: 0...30, using: &self))"
        case 3: "L-\(Int.random(in: 1...5, using: &self))W"
        case 4: "\(Int.random(in: 1...31, using: &self))W"
        case 5: "*"
        default: list(1...31)
        }
    }

    private mutating func weekday() -> String {
        let names = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]
        let one = chance(2) ? pick(names) : "\(Int.random(in: 1...7, using: &self))"
        switch Int.random(in: 0..<6, using: &self) {
        case 0: return "L"
        case 1: return "\(one)L"
        case 2: return "\(one)#\(Int.random(in: 1...5, using: &self))"
        case 3: return "*"
        default: return list(1...7, names: names)
        }
    }

    private mutating func list(_ range: ClosedRange<Int>, names: [String] = []) -> String {
        (0..<Int.random(in: 1...3, using: &self)).map { _ in part(range, names) }.joined(separator: ",")
    }

    private mutating func part(_ range: ClosedRange<Int>, _ names: [String]) -> String {
        let step = Int.random(in: 1...range.upperBound, using: &self)
        switch Int.random(in: 0..<7, using: &self) {
        case 0: return "*/\(step)"
        case 1: return "\(one(range, names))/\(step)"
        case 2: return "\(one(range, names))-\(one(range, names))"
        case 3: return "\(one(range, names))-\(one(range, names))/\(step)"
        case 4: return "/\(step)"
        default: return one(range, names)
        }
    }

    private mutating func one(_ range: ClosedRange<Int>, _ names: [String]) -> String {
        !names.isEmpty && chance(2) ? pick(names) : "\(Int.random(in: range, using: &self))"
    }

    private mutating func chance(_ of: Int) -> Bool { Int.random(in: 0..<of, using: &self) == 0 }

    private mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[Int.random(in: 0..<elements.count, using: &self)]
    }
}
