/// Reads one field of a Quartz cron expression.
struct CronParser {
    private let field: CronField
    private let text: String

    /// - Parameter text: in capitals.
    init(_ field: CronField, _ text: String) {
        self.field = field
        self.text = text
    }

    /// The numbers of a list of numbers, names, ranges and steps.
    func values() throws(CronError) -> Set<Int64> {
        var values: Set<Int64> = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            values.formUnion(try self.values(of: part))
        }
        return values
    }

    func dayOfMonth() throws(CronError) -> CronExpression.Days {
        guard text.contains("L") || text.contains("W") else { return .ofMonth(bits(try values())) }
        guard !text.contains(",") else { throw wrong("L and W stand alone, not in a list") }
        if let rest = text.removing(prefix: "L") {
            let offsetText = rest.removing(suffix: "W") ?? rest
            let isWeekday = offsetText.utf8.count < rest.utf8.count
            if offsetText.isEmpty { return .lastOfMonth(before: 0, nearestWeekday: isWeekday) }
            guard let digits = offsetText.removing(prefix: "-"), let offset = number(digits), offset <= 30 else {
                throw wrong("after L comes nothing, W, or - and a number of days up to 30")
            }
            return .lastOfMonth(before: offset, nearestWeekday: isWeekday)
        }
        guard let digits = text.removing(suffix: "W"), let day = number(digits) else {
            throw wrong("W comes after one day, such as 15W, and L is L, LW or L-3")
        }
        return .weekdayNearest(to: try inRange(day))
    }

    func dayOfWeek() throws(CronError) -> CronExpression.Days {
        if text == "L" { return .ofWeek(bits([7])) }
        if let day = text.removing(suffix: "L") {
            guard !day.contains(","), !day.contains("-") else { throw wrong("L stands alone, not in a list") }
            return .lastOfWeek(try value(of: day))
        }
        guard text.contains("#") else { return .ofWeek(bits(try values())) }
        let parts = text.split(separator: "#", omittingEmptySubsequences: false)
        guard parts.count == 2, !text.contains(","), let nth = number(parts[1]), (1...5).contains(nth) else {
            throw wrong("one # stands between a day and its number in the month, 1 to 5, such as FRI#2, not in a list")
        }
        return .nthOfWeek(try value(of: parts[0]), nth)
    }

    /// A set of numbers below 64 as bits.
    func bits(_ values: Set<Int64>) -> UInt64 { values.reduce(0) { $0 | 1 << UInt64($1) } }

    private func values(of part: Substring) throws(CronError) -> Set<Int64> {
        let halves = part.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        var step: Int64 = 1
        if halves.count == 2 {
            guard let number = number(halves[1]), number > 0, number <= field.range.upperBound else {
                throw wrong("after / comes a step from 1 to \(field.range.upperBound)")
            }
            step = number
        }
        let span = halves[0]
        // Quartz takes `/5` for `*/5`.
        if span == "*" || (span.isEmpty && halves.count == 2) { return stepping(field.range, step) }
        let ends = span.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
        let first = try value(of: ends[0])
        guard ends.count == 2 else {
            return halves.count == 2 ? stepping(first...field.range.upperBound, step) : [first]
        }
        let last = try value(of: ends[1])
        guard last < first else { return stepping(first...last, step) }
        guard field != .year else { throw wrong("a range of years goes upwards") }
        // 22-2, FRI-MON: over the end and on from the beginning.
        let count = field.range.upperBound - field.range.lowerBound + 1
        let beyond = stepping(first...(last + count), step)
        return Set(beyond.map { $0 > field.range.upperBound ? $0 - count : $0 })
    }

    private func stepping(_ range: ClosedRange<Int64>, _ step: Int64) -> Set<Int64> {
        Set(stride(from: range.lowerBound, through: range.upperBound, by: Int64.Stride(step)))
    }

    /// A number or a name.
    private func value(of text: some StringProtocol) throws(CronError) -> Int64 {
        if let index = field.names.firstIndex(where: { $0 == text }) { return field.range.lowerBound + Int64(index) }
        guard let number = number(text) else {
            throw wrong(text.isEmpty ? "something is missing" : "`\(text)` is not known here")
        }
        return try inRange(number)
    }

    private func inRange(_ number: Int64) throws(CronError) -> Int64 {
        guard field.range.contains(number) else { throw wrong("\(number) is out of range") }
        return number
    }

    private func number(_ text: some StringProtocol) -> Int64? {
        guard (1...4).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        return Int64(text)
    }

    private func wrong(_ problem: String) -> CronError { .field(field, text: text, problem: problem) }
}

extension String {
    fileprivate func removing(prefix: String) -> String? { hasPrefix(prefix) ? String(dropFirst(prefix.count)) : nil }
    fileprivate func removing(suffix: String) -> String? { hasSuffix(suffix) ? String(dropLast(suffix.count)) : nil }
}
