import CoreMetrics

/// A metric that this program has: its name, meaning and labels. ``MetricNames`` declares all.
package struct MetricDefinition: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        case counter
        case gauge
        /// Of seconds or rows, with the upper bounds of its buckets.
        case histogram([Double])
    }

    package let name: String
    package let kind: Kind
    package let help: String
    /// Bounded sets only: streams, status codes, kinds; never a tenant, a record or a URL.
    package let labels: [String]
    /// Of the only label, values that are known before they occur.
    package let values: [String]

    init(_ name: String, _ kind: Kind, labels: [String] = [], values: [String] = [], _ help: String) {
        self.name = name
        self.kind = kind
        self.help = help
        self.labels = labels
        self.values = values
    }

    /// The values of labels under which it is shown from the start, at 0: Prometheus' `increase` and `rate` do not see
    /// the first count of a series that was not there before.
    /// Source: https://prometheus.io/docs/practices/instrumentation/#avoid-missing-metrics
    var initial: [[String]] {
        labels.isEmpty ? [[]] : values.map { [$0] }
    }

    /// Adds to a counter.
    package func add(_ amount: Int, _ values: String...) {
        Counter(label: name, dimensions: dimensions(values)).increment(by: amount)
    }

    /// Adds to a counter of seconds.
    package func add(_ duration: Duration, _ values: String...) {
        FloatingPointCounter(label: name, dimensions: dimensions(values)).increment(by: duration.inSeconds)
    }

    /// Sets a gauge.
    package func set(_ value: Double, _ values: String...) {
        Meter(label: name, dimensions: dimensions(values)).set(value)
    }

    /// Moves a gauge.
    package func move(by amount: Double, _ values: String...) {
        Meter(label: name, dimensions: dimensions(values)).increment(by: amount)
    }

    /// Counts a value into a histogram.
    package func observe(_ value: Double, _ values: String...) {
        Recorder(label: name, dimensions: dimensions(values)).record(value)
    }

    /// Counts a duration into a histogram of seconds.
    package func observe(_ duration: Duration, _ values: String...) {
        Recorder(label: name, dimensions: dimensions(values)).record(duration.inSeconds)
    }

    private func dimensions(_ values: [String]) -> [(String, String)] {
        precondition(values.count == labels.count, "\(name) has the labels \(labels)")
        return Array(zip(labels, values))
    }
}

extension Duration {
    fileprivate var inSeconds: Double {
        Double(components.seconds) + Double(components.attoseconds) * 1e-18
    }
}
