import Model
import Testing

@testable import ConsoleWeb

@Suite("Words")
struct WordsTests {
    @Test(
        "numbers are grouped",
        arguments: [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567"), (-1200, "-1,200")]
    )
    func counts(number: Int, text: String) {
        #expect(Words.count(number) == text)
    }

    @Test("one is one, and all else several")
    func plurals() {
        #expect(
            Words.count(1, "row") == "1 row" && Words.count(0, "row") == "0 rows"
                && Words.count(2000, "row") == "2,000 rows"
        )
    }

    @Test(
        "durations have two units at most",
        arguments: [
            (0.0, "0 s"), (-4, "0 s"), (0.0001, "1 ms"), (0.123, "123 ms"), (1.5, "1.5 s"), (9.99, "10 s"),
            (59, "59 s"), (60, "1 min"),
            (200, "3 min 20 s"), (3600, "1 h"), (7500, "2 h 5 min"), (90_000, "1 d 1 h"), (.infinity, "0 s"),
            (.nan, "0 s"),
        ]
    )
    func durations(seconds: Double, text: String) {
        #expect(Words.duration(seconds: seconds) == text)
    }

    @Test("a time is written in UTC for people, and for programs")
    func moments() {
        let time = Timestamp(milliseconds: 1_795_176_000_123)
        #expect(Moment(time).utc == "2026-11-20 12:00 UTC" && Moment(time).iso == "2026-11-20T12:00:00.123Z")
        #expect(Moment(time, precise: true).utc == "2026-11-20 12:00:00.123 UTC")
    }

    @Test("text that hides or turns around other text is made visible, however long")
    func foreign() {
        let text = String(repeating: "a", count: 6000) + "\u{202e}\u{1b}[31m\nend"
        #expect(text.visible.contains("\\u{202e}\\u{1b}[31m\nend") && text.visible.count > 6000)
        #expect(text.escapedForPeople.hasSuffix("…"))
    }
}
