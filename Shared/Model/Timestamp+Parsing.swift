extension Timestamp {
    /// Reads an ISO 8601 date or date-time as Zendesk writes it, leniently.
    ///
    /// Taken: `2026-11-20`, `2026-11-20T10:00:00`, a blank or `t` for the `T`, any number of fraction digits (those
    /// past a microsecond are dropped), `Z`, `+hh:mm`, `+hhmm`, `+hh`, and Chat's `+00:00Z`. Without an offset the
    /// time is UTC. Years 0001 to 9999. Nil for all else.
    package init?(parsing text: String) {
        var text = text
        let parsed = text.withUTF8 { Timestamp(parsing: $0) }
        guard let parsed else { return nil }
        self = parsed
    }

    /// As ``init(parsing:)-(String)``, from UTF-8, without a copy.
    package init?(parsing bytes: Span<UInt8>) {
        let microseconds = bytes.withUnsafeBufferPointer { text in
            var reader = DateReader(rest: text[...])
            return reader.microseconds()
        }
        guard let microseconds else { return nil }
        self.init(microseconds: microseconds)
    }

    /// As ``init(parsing:)-(String)``, from UTF-8.
    package init?(parsing bytes: some RandomAccessCollection<UInt8>) {
        var reader = DateReader(rest: bytes[...])
        guard let microseconds = reader.microseconds() else { return nil }
        self.init(microseconds: microseconds)
    }
}

private struct DateReader<Rest: RandomAccessCollection> where Rest.Element == UInt8, Rest.SubSequence == Rest {
    var rest: Rest

    mutating func microseconds() -> Int64? {
        guard let year = digits(4), year > 0, take("-"), let month = digits(2), (1...12).contains(month), take("-"),
            let day = digits(2), day >= 1, day <= Self.length(ofMonth: month, year: year)
        else { return nil }
        let midnight = Timestamp.days(year: year, month: month, day: day) * 86_400_000_000
        if rest.isEmpty { return midnight }
        guard take("T") || take("t") || take(" "), let hour = digits(2), hour <= 23, take(":"),
            let minute = digits(2), minute <= 59
        else { return nil }
        var second: Int64 = 0
        if take(":") {
            // 60 is a leap second: it becomes the first moment of the next minute.
            guard let read = digits(2), read <= 60 else { return nil }
            second = read
        }
        guard let fraction = fraction(), let offset = offset(), rest.isEmpty else { return nil }
        let ofDay = ((hour * 60 + minute) * 60 + second) * 1_000_000 + fraction
        let result = midnight + ofDay - offset
        guard (Self.first...Self.last).contains(result) else { return nil }
        return result
    }

    /// The microseconds of `.123`, or 0 where there is no fraction; nil for a point without digits.
    private mutating func fraction() -> Int64? {
        guard take(".") || take(",") else { return 0 }
        var value: Int64 = 0
        var count = 0
        while let byte = rest.first, byte >= 0x30, byte <= 0x39 {
            if count < 6 { value = value * 10 + Int64(byte - 0x30) }
            count += 1
            rest.removeFirst()
        }
        guard count > 0 else { return nil }
        for _ in 0..<max(0, 6 - count) { value *= 10 }
        return value
    }

    /// The offset east of UTC in microseconds.
    private mutating func offset() -> Int64? {
        if take("Z") || take("z") { return 0 }
        let sign: Int64
        if take("+") {
            sign = 1
        } else if take("-") {
            sign = -1
        } else {
            return 0
        }
        guard let hours = digits(2), hours <= 23 else { return nil }
        _ = take(":")
        let minutes: Int64
        if rest.isEmpty || rest.first == UInt8(ascii: "Z") {
            minutes = 0
        } else {
            guard let read = digits(2), read <= 59 else { return nil }
            minutes = read
        }
        _ = take("Z")
        return sign * (hours * 60 + minutes) * 60_000_000
    }

    private mutating func take(_ character: Unicode.Scalar) -> Bool {
        guard rest.first == UInt8(ascii: character) else { return false }
        rest.removeFirst()
        return true
    }

    private mutating func digits(_ count: Int) -> Int64? {
        var value: Int64 = 0
        for _ in 0..<count {
            guard let byte = rest.first, byte >= 0x30, byte <= 0x39 else { return nil }
            value = value * 10 + Int64(byte - 0x30)
            rest.removeFirst()
        }
        return value
    }

    private static func length(ofMonth month: Int64, year: Int64) -> Int64 {
        switch month {
        case 4, 6, 9, 11: return 30
        case 2: return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
        default: return 31
        }
    }

    private static var first: Int64 { Timestamp.days(year: 1, month: 1, day: 1) * 86_400_000_000 }
    private static var last: Int64 { Timestamp.days(year: 10_000, month: 1, day: 1) * 86_400_000_000 - 1 }
}
