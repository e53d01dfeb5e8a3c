import CoreMetrics

/// The process's metrics.
package enum Metrics {
    /// Begins to record: from here on metrics of all parts go to the registry that it returns. Call it once.
    /// - Parameter service: `extractor`, `loader` or `run`.
    package static func start(service: String, loads: Bool, extracts: Bool) -> MetricRegistry {
        let own = (extracts ? MetricNames.extractor : []) + (loads ? MetricNames.loader : []) + MetricNames.process
        let registry = MetricRegistry(own)
        MetricsSystem.bootstrap(registry)
        MetricNames.buildInfo.set(1, Version.current, service)
        return registry
    }
}
