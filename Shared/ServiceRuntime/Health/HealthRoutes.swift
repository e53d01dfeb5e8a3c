/// What a service answers of its health: `/livez`, `/readyz` and `/metrics`.
package struct HealthRoutes: Sendable {
    package struct Answer: Hashable, Sendable {
        /// Of HTTP.
        package var status: Int
        package var contentType = "text/plain; charset=utf-8"
        package var text: String
    }

    private let readiness: Readiness
    private let metrics: MetricRegistry

    package init(readiness: Readiness, metrics: MetricRegistry) {
        self.readiness = readiness
        self.metrics = metrics
    }

    /// - Parameter target: of a GET, path and query.
    package func answer(to target: String) -> Answer {
        switch target.prefix(while: { $0 != "?" }) {
        // That it is answered shows that work gets its turn.
        case "/livez": Answer(status: 200, text: "ok\n")
        case "/readyz": Answer(status: readiness.isReady ? 200 : 503, text: readiness.text)
        case "/metrics":
            Answer(
                status: 200,
                contentType: "text/plain; version=0.0.4; charset=utf-8",
                text: metrics.text(extra: ProcessMetrics.now() + readinessSeries)
            )
        default: Answer(status: 404, text: "/livez, /readyz and /metrics are here\n")
        }
    }

    private var readinessSeries: [MetricSample] {
        readiness.findings.map { finding in
            MetricSample(MetricNames.ready, [finding.condition.rawValue], finding.reason == nil ? 1 : 0)
        }
    }
}
