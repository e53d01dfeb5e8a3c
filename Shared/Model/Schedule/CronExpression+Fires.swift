/// When an expression fires. Pure, to the second.
extension CronExpression {
    /// The last year that is looked at.
    private static let lastYear: Int64 = 2099
    private static let secondsPerDay: Int64 = 86_400

    /// The first time after `time`; nil where there is none before the year 2100.
    package func next(after time: Timestamp) -> Timestamp? {
        let first = time.seconds + 1
        var day = first.flooredDivision(by: Self.secondsPerDay)
        var timeOfDay = first - day * Self.secondsPerDay
        while true {
            let date = Timestamp.civil(fromDays: day)
            guard date.year <= Self.lastYear else { return nil }
            guard months.holds(date.month), years?.contains(date.year) ?? true else {
                day += Self.length(ofMonth: date.month, year: date.year) - date.day + 1
                timeOfDay = 0
                continue
            }
            if matches(year: date.year, month: date.month, day: date.day), let found = firstTime(from: timeOfDay) {
                return Timestamp(seconds: day * Self.secondsPerDay + found)
            }
            day += 1
            timeOfDay = 0
        }
    }

    /// How often it fires after `start` and up to `end`, that included, and the last of these times.
    package func fires(after start: Timestamp, through end: Timestamp) -> (count: Int, last: Timestamp?) {
        let first = start.seconds + 1
        let final = min(end.seconds, Timestamp.days(year: Self.lastYear + 1, month: 1, day: 1) * Self.secondsPerDay - 1)
        guard first <= final else { return (0, nil) }
        let firstDay = first.flooredDivision(by: Self.secondsPerDay)
        let finalDay = final.flooredDivision(by: Self.secondsPerDay)
        var count = 0
        var last: Timestamp?
        for day in firstDay...finalDay {
            let date = Timestamp.civil(fromDays: day)
            guard matches(year: date.year, month: date.month, day: date.day) else { continue }
            let midnight = day * Self.secondsPerDay
            let bound = min(final - midnight, Self.secondsPerDay - 1)
            let fires = times(upTo: bound) - (day == firstDay ? times(upTo: first - midnight - 1) : 0)
            count += fires
            if fires > 0, let found = lastTime(upTo: bound) { last = Timestamp(seconds: midnight + found) }
        }
        return (count, last)
    }

    /// The first time of a day, in seconds, from this one on.
    private func firstTime(from time: Int64) -> Int64? {
        var (hour, minute, second) = (time / 3600, time / 60 % 60, time % 60)
        while let nextHour = hours.first(from: hour) {
            if nextHour > hour { (minute, second) = (0, 0) }
            while let nextMinute = minutes.first(from: minute) {
                if nextMinute > minute { second = 0 }
                if let nextSecond = seconds.first(from: second) {
                    return nextHour * 3600 + nextMinute * 60 + nextSecond
                }
                (minute, second) = (nextMinute + 1, 0)
            }
            (hour, minute, second) = (nextHour + 1, 0, 0)
        }
        return nil
    }

    private func lastTime(upTo time: Int64) -> Int64? {
        var (hour, minute, second) = (time / 3600, time / 60 % 60, time % 60)
        while let nextHour = hours.last(upTo: hour) {
            if nextHour < hour { (minute, second) = (59, 59) }
            while let nextMinute = minutes.last(upTo: minute) {
                if nextMinute < minute { second = 59 }
                if let nextSecond = seconds.last(upTo: second) { return nextHour * 3600 + nextMinute * 60 + nextSecond }
                (minute, second) = (nextMinute - 1, 59)
            }
            (hour, minute, second) = (nextHour - 1, 59, 59)
        }
        return nil
    }

    /// How many times a day has up to this one, that included.
    private func times(upTo time: Int64) -> Int {
        guard time >= 0 else { return 0 }
        let (hour, minute, second) = (time / 3600, time / 60 % 60, time % 60)
        var count = hours.count(below: hour) * minutes.nonzeroBitCount * seconds.nonzeroBitCount
        guard hours.holds(hour) else { return count }
        count += minutes.count(below: minute) * seconds.nonzeroBitCount
        return minutes.holds(minute) ? count + seconds.count(below: second + 1) : count
    }
}

/// A set of the numbers 0 to 63.
extension UInt64 {
    fileprivate func first(from number: Int64) -> Int64? {
        let rest = number > 63 ? 0 : self & (UInt64.max << UInt64(number))
        return rest == 0 ? nil : Int64(rest.trailingZeroBitCount)
    }

    fileprivate func last(upTo number: Int64) -> Int64? {
        guard number >= 0 else { return nil }
        let rest = number >= 63 ? self : self & (1 << UInt64(number + 1) - 1)
        return rest == 0 ? nil : Int64(63 - rest.leadingZeroBitCount)
    }

    fileprivate func count(below number: Int64) -> Int {
        (number > 63 ? self : self & (1 << UInt64(number) - 1)).nonzeroBitCount
    }
}
