import Extractor
import Model

/// Dates and times: all ways to read one agree, what is read is written and read again, order is kept, and the calendar
/// goes on a day at a time.
func fuzzDates(_ bytes: [UInt8]) {
    let time = Timestamp(parsing: bytes)
    check(Timestamp(parsing: bytes.span) == time, "a span is read otherwise than a collection")
    if let text = String(validating: bytes, as: UTF8.self) {
        check(Timestamp(parsing: text) == time, "a text is read otherwise than its bytes")
        if let date = Timestamp(httpDate: text) { isOfTheCalendar(date) }
        if let ofDay = TimeOfDay(rawValue: text) {
            check(ofDay.rawValue == text && (0..<1440).contains(ofDay.minutes), "a time of day is another one")
        }
    } else {
        check(time == nil, "what is no UTF-8 is a date")
    }
    if let time { isOfTheCalendar(time) }
    let word = bytes.prefix(8).reduce(Int64(0)) { $0 << 8 | Int64($1) }
    for time in [Timestamp(milliseconds: word), Timestamp(seconds: word)] {
        check(Timestamp(parsing: time.formatted(.microseconds)) == time, "a number's time is not read again")
        isOfTheCalendar(time)
    }
}

private func isOfTheCalendar(_ time: Timestamp) {
    let text = time.formatted(.microseconds)
    check(text.utf8.count == 27, "\(text) has not 27 characters")
    check(Timestamp(parsing: text) == time, "\(text) is read as another time")
    check(Timestamp(parsing: time.formatted())?.milliseconds == time.milliseconds, "milliseconds are lost")
    check(Timestamp(parsing: time.formatted(.seconds)) == Timestamp(seconds: time.seconds), "seconds are lost")
    let day = time.seconds / 86_400 - (time.seconds % 86_400 < 0 ? 1 : 0)
    let (year, month, dayOfMonth) = Timestamp.civil(fromDays: day)
    check(Timestamp.days(year: year, month: month, day: dayOfMonth) == day, "a day's date is another day's")
    let next = Timestamp.civil(fromDays: day + 1)
    let isNextDay = next.year == year && next.month == month && next.day == dayOfMonth + 1
    let isNextMonth = next.year == year && next.month == month + 1 && next.day == 1 && dayOfMonth >= 28
    let isNextYear = next.year == year + 1 && next.month == 1 && next.day == 1 && month == 12 && dayOfMonth == 31
    check(isNextDay || isNextMonth || isNextYear, "\(next) follows \(text)")
    // Times in order have texts in order.
    if let before = last { check((before.text < text) == (before.time < time), "\(before.text) and \(text)") }
    last = (text, time)
}

/// The time before.
// libFuzzer has one thread.
nonisolated(unsafe) private var last: (text: String, time: Timestamp)?
