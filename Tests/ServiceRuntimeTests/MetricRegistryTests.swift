import CoreMetrics
import Testing

@testable import ServiceRuntime

@Suite("MetricRegistry")
struct MetricRegistryTests {
    private let counter = MetricDefinition("a_rows_total", .counter, labels: ["stream"], "Rows.")
    private let gauge = MetricDefinition("b_lag", .gauge, "Lag.")
    private let histogram = MetricDefinition("c_seconds", .histogram([0.5, 1]), "Duration.")

    @Test("the text has a head for each metric and a line for each of its labels, in order")
    func text() {
        let registry = MetricRegistry([gauge, counter, histogram])
        for (stream, rows) in [("users", 3), ("tickets", 2), ("users", 4)] {
            Counter(label: "a_rows_total", dimensions: [("stream", stream)], factory: registry).increment(by: rows)
        }
        Meter(label: "b_lag", factory: registry).set(1.5)
        let recorder = Recorder(label: "c_seconds", dimensions: [], aggregate: true, factory: registry)
        for value in [0.25, 0.5, 0.75, 9.0] { recorder.record(value) }
        let expected = """
            # HELP a_rows_total Rows.
            # TYPE a_rows_total counter
            a_rows_total{stream="tickets"} 2
            a_rows_total{stream="users"} 7
            # HELP b_lag Lag.
            # TYPE b_lag gauge
            b_lag 1.5
            # HELP c_seconds Duration.
            # TYPE c_seconds histogram
            c_seconds_bucket{le="0.5"} 2
            c_seconds_bucket{le="1"} 3
            c_seconds_bucket{le="+Inf"} 4
            c_seconds_sum 10.5
            c_seconds_count 4

            """
        #expect(registry.text() == expected)
    }

    @Test("a metric without labels is there before anything was counted")
    func zero() {
        #expect(MetricRegistry([gauge, counter]).text() == "# HELP b_lag Lag.\n# TYPE b_lag gauge\nb_lag 0\n")
    }

    @Test("a label's known values are there before anything was counted, others from when they are")
    func knownValues() {
        let runs = MetricDefinition("d_total", .counter, labels: ["status"], values: ["failed", "stopped"], "Runs.")
        let registry = MetricRegistry([runs])
        let head = "# HELP d_total Runs.\n# TYPE d_total counter\n"
        #expect(registry.text() == head + "d_total{status=\"failed\"} 0\nd_total{status=\"stopped\"} 0\n")
        for status in ["failed", "partial"] {
            Counter(label: "d_total", dimensions: [("status", status)], factory: registry).increment()
        }
        let lines = registry.text().split(separator: "\n").dropFirst(2)
        let expected = ["failed\"} 1", "partial\"} 1", "stopped\"} 0"].map { "d_total{status=\"\($0)" }
        #expect(lines.map(String.init) == expected)
    }

    @Test("values of labels are escaped, and what is not declared is not shown")
    func hostileLabels() {
        let registry = MetricRegistry([counter])
        Counter(label: "a_rows_total", dimensions: [("stream", "a\"b\\c\nd\"\u{301}e")], factory: registry).increment()
        Counter(label: "a_rows_total", dimensions: [], factory: registry).increment()
        Counter(label: "unknown_total", factory: registry).increment()
        #expect(registry.text().hasSuffix("counter\na_rows_total{stream=\"a\\\"b\\\\c\\nd\\\"\u{301}e\"} 1\n"))
    }

    @Test("what is looked up stands beside what is counted")
    func samples() {
        let text = MetricRegistry([counter]).text(extra: [MetricSample(counter, ["tags"], 5)])
        #expect(text.hasSuffix("a_rows_total{stream=\"tags\"} 5\n"))
    }

    @Test("names follow the conventions: prefix, base unit, _total on counters alone", arguments: MetricNames.all)
    func names(metric: MetricDefinition) {
        let prefixes = ["extractor_", "loader_", "deskpipe_", "process_"]
        #expect(prefixes.contains { metric.name.hasPrefix($0) })
        #expect(metric.name.allSatisfy { $0.isLowercase || $0 == "_" })
        #expect((metric.kind == .counter) == metric.name.hasSuffix("_total"))
        #expect(!metric.name.contains("millis") && !metric.name.contains("_ms"))
        #expect(Set(metric.labels).isDisjoint(with: ["tenant", "connection", "url", "record", "table", "topic"]))
        #expect(metric.help.hasSuffix("."))
    }

    @Test("no two metrics have one name")
    func distinct() {
        #expect(Set(MetricNames.all.map(\.name)).count == MetricNames.all.count)
    }
}
