import Foundation
import FoundationXML
import Testing

@testable import ConsoleWeb

@Suite("Charts")
struct ChartTests {
    private static let hostile = #"</title><script>alert("x")</script>&'"#

    private static func day(_ bars: [DayChart.Bar]) -> DayChart {
        DayChart(title: "Runs", summary: "Two runs.", unit: "seconds", bars: bars)
    }

    private static func bar(
        at start: Double,
        for seconds: Double = 60,
        _ value: Double = 10,
        label: String = "run"
    ) -> DayChart.Bar {
        DayChart.Bar(start: start, seconds: seconds, value: value, tone: .good, label: label, link: "/x?a=1&b=2")
    }

    /// The numbers of an attribute of the bars.
    private static func numbers(_ name: String, _ svg: String) throws -> [Double] {
        let bars = svg.matches(of: #/<rect class="bar[^>]*>/#).map { String($0.output) }
        return try bars.map { bar in
            let match = try #require(
                bar.firstMatch(of: try Regex("\(name)=\"([-0-9.]+)\"", as: (Substring, Substring).self))
            )
            return try #require(Double(match.output.1))
        }
    }

    @Test("a chart tells what it shows to those who do not see it")
    func accessible() {
        let svg = Self.day([Self.bar(at: 0)]).svg
        #expect(svg.hasPrefix("<svg ") && svg.contains(#"role="group""#), "its bars are links")
        #expect(Self.day([]).svg.contains(#"role="img""#))
        #expect(
            svg.contains("<title>Runs</title><desc>Two runs.</desc>") && svg.contains(#"aria-label="Runs. Two runs.""#)
        )
    }

    @Test("a chart is well-formed XML, whatever stands in it", arguments: ["plain", hostile, "\u{0}\u{b}\u{1b}é"])
    func wellFormed(text: String) throws {
        let charts: [any Chart] = [
            DayChart(title: text, summary: text, unit: text, bars: [Self.bar(at: 3600, label: text)]),
            ColumnChart(title: text, summary: text, unit: text, columns: [.init(name: text, value: 3, label: text)]),
            ProgressBar(title: text, fraction: 0.4),
        ]
        for chart in charts {
            #expect(XMLParser(data: Data(chart.svg.utf8)).parse(), "\(chart.svg)")
            #expect(!chart.svg.contains("<script") && !chart.svg.contains("style="))
        }
    }

    @Test("a bar stands where its time is, and as high as its value")
    func places() throws {
        let svg = Self.day([Self.bar(at: 0), Self.bar(at: 43_200, for: 21_600, 5)]).svg
        let (x, width, height) = (
            try Self.numbers(" x", svg), try Self.numbers("width", svg), try Self.numbers("height", svg)
        )
        #expect(x[0] == 56 && abs(x[1] - (56 + 445)) < 0.01)
        #expect(width[0] == DayChart.leastWidth && abs(width[1] - 890 / 4) < 0.01)
        #expect(abs(height[0] - 2 * height[1]) < 0.01)
    }

    @Test(
        "bars stay in the day that is drawn, whatever their times and values",
        arguments: [
            (-5000.0, 100_000.0, 5.0), (86_399, 60, 1e300), (90_000, 1, -4), (0, -7, .nan), (.infinity, 1, .infinity),
        ]
    )
    func bounded(start: Double, seconds: Double, value: Double) throws {
        let svg = Self.day([Self.bar(at: start, for: seconds, value)]).svg
        let (x, width) = (try Self.numbers(" x", svg)[0], try Self.numbers("width", svg)[0])
        let (y, height) = (try Self.numbers(" y", svg)[0], try Self.numbers("height", svg)[0])
        #expect(x >= 56 && x + width <= 946.01 && y >= 9.99 && y + height <= 140.01)
    }

    @Test("days without anything are drawn too")
    func empty() {
        #expect(XMLParser(data: Data(Self.day([]).svg.utf8)).parse())
        let columns = ColumnChart(title: "Rows", summary: "None.", unit: "rows", columns: [])
        #expect(XMLParser(data: Data(columns.svg.utf8)).parse())
    }

    @Test("thirty days have names that do not run into each other")
    func names() {
        let columns = (1...30).map { ColumnChart.Column(name: "d\($0)", value: 1, label: "\($0)") }
        let svg = ColumnChart(title: "Rows", summary: "", unit: "rows", columns: columns).svg
        let shown = svg.matches(of: #/>d\d+</#).count
        #expect(shown == 10 && svg.contains(">d1<"))
    }

    @Test(
        "progress is shown from 0 to 100, and 100 only when all is done",
        arguments: [
            (0.0, 0), (0.5, 50), (0.9999, 99), (1, 100), (7, 100), (-1, 0), (.nan, 0),
        ]
    )
    func progress(fraction: Double, percent: Int) {
        let bar = ProgressBar(title: "tickets", fraction: fraction)
        #expect(bar.percent == percent && bar.summary == "\(percent)% done")
    }

    @Test(
        "a scale ends in a round number that nothing is above",
        arguments: [
            (0.0, 1.0), (1, 1), (1.5, 2), (9, 10), (11, 20), (480, 500), (501, 1000), (1_000_001, 2_000_000), (.nan, 1),
        ]
    )
    func scale(greatest: Double, top: Double) {
        let scale = ValueScale(greatest: greatest)
        #expect(scale.top == top && scale.ticks.map(\.share) == [0, 0.5, 1])
    }

    @Test(
        "large numbers are short",
        arguments: [
            (0.5, "0.5"), (950, "950"), (1500, "1.5k"), (20_000_000, "20M"), (3e9, "3G"),
        ]
    )
    func short(value: Double, text: String) {
        #expect(ValueScale.short(value) == text)
    }
}
