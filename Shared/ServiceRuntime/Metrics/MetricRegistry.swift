package import CoreMetrics
import Synchronization

/// Holds what a process has counted and shows it as Prometheus text.
package final class MetricRegistry: MetricsFactory {
    private struct Key: Hashable {
        var name: String
        var values: [String]
    }

    private let definitions: [String: MetricDefinition]
    private let series = Mutex<[Key: MetricSeries]>([:])

    /// - Parameter definitions: the metrics that are shown; what others record is dropped.
    package init(_ definitions: [MetricDefinition] = MetricNames.all) {
        self.definitions = Dictionary(definitions.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        for definition in definitions where !Self.sampled.contains(definition) {
            for values in definition.initial { _ = known(definition.name, values) }
        }
    }

    /// What is asked for when the text is made.
    private static let sampled = Set(MetricNames.process)

    /// The text of everything, in the exposition format 0.0.4.
    /// - Parameter extra: what is not recorded but looked up.
    /// Source: https://prometheus.io/docs/instrumenting/exposition_formats/
    package func text(extra: [MetricSample] = []) -> String {
        let recorded = series.withLock { $0 }
        var text = ""
        for definition in definitions.values.sorted(by: { $0.name < $1.name }) {
            var lines: [String] = []
            for sample in extra where sample.definition == definition {
                lines.append(PrometheusText.line(definition, sample.values, sample.number))
            }
            for (key, series) in recorded.sorted(by: { $0.key.values.lexicographicallyPrecedes($1.key.values) })
            where key.name == definition.name {
                lines += PrometheusText.lines(definition, key.values, series.current)
            }
            guard !lines.isEmpty else { continue }
            text += PrometheusText.head(definition) + lines.joined()
        }
        return text
    }

    private func known(_ name: String, _ values: [String]) -> MetricSeries? {
        guard let definition = definitions[name], values.count == definition.labels.count else { return nil }
        return series.withLock { series in
            let key = Key(name: name, values: values)
            if let present = series[key] { return present }
            var bounds: [Double] = []
            if case .histogram(let given) = definition.kind { bounds = given }
            let made = MetricSeries(bounds: bounds)
            series[key] = made
            return made
        }
    }

    private func handler(_ name: String, _ dimensions: [(String, String)]) -> MetricSeries {
        known(name, dimensions.map(\.1)) ?? MetricSeries()
    }

    package func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        handler(label, dimensions)
    }

    package func makeFloatingPointCounter(
        label: String,
        dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        handler(label, dimensions)
    }

    package func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        handler(label, dimensions)
    }

    package func makeRecorder(
        label: String,
        dimensions: [(String, String)],
        aggregate: Bool
    ) -> any RecorderHandler {
        handler(label, dimensions)
    }

    package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        handler(label, dimensions)
    }

    // What was counted stays counted, whoever counted it.
    package func destroyCounter(_ handler: any CounterHandler) {}
    package func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {}
    package func destroyMeter(_ handler: any MeterHandler) {}
    package func destroyRecorder(_ handler: any RecorderHandler) {}
    package func destroyTimer(_ handler: any TimerHandler) {}
}

/// A value that is looked up when it is asked for.
package struct MetricSample: Sendable {
    package let definition: MetricDefinition
    package let values: [String]
    package let number: Double

    package init(_ definition: MetricDefinition, _ values: [String] = [], _ number: Double) {
        self.definition = definition
        self.values = values
        self.number = number
    }
}
