import Messaging
import Model
import ServiceRuntime

extension LoaderRun {
    /// How often the lag is looked up at most: it asks the transport for the ends of all assigned partitions.
    private static let gaugeInterval = Duration.seconds(15)

    /// Counts one loaded batch.
    func record(_ reports: [LoadingReport], in system: String) {
        guard let first = reports.first else { return }
        MetricNames.batches.add(1, "succeeded")
        MetricNames.batchDuration.observe(first.completedAt - first.startedAt)
        MetricNames.batchEvents.observe(Double(reports.reduce(0) { $0 + $1.events }))
        for report in reports {
            MetricNames.rowsLoaded.add(report.rowsLoaded, report.stream.rawValue, system)
            if report.rowsRejected > 0 { MetricNames.rowsRejected.add(report.rowsRejected, "record") }
        }
        if let lag = reports.compactMap(\.lagMilliseconds).max() { MetricNames.lagSeconds.set(Double(lag) / 1000) }
    }

    /// Tells metrics and readiness where the loader stands.
    func gauge() async {
        MetricNames.bufferBytes.set(Double(accumulator.bytes))
        guard now - gaugedAt >= Self.gaugeInterval else { return }
        gaugedAt = now
        let failed = lanes.values.compactMap(\.error)
        MetricNames.setAside.set(Double(failed.count))
        MetricNames.partitions.set(Double(tracker.next.count))
        if failed.isEmpty || failed.count < lanes.count {
            service.readiness.met(.destination)
        } else {
            service.readiness.unmet(.destination, because: "no destination of \(failed.count) connections answers")
        }
        // A transport that does not answer now is told of by what it fails at; the lag is then not known.
        guard let consumer, let ends = try? await consumer.watermarks(of: Array(tracker.next.keys)) else { return }
        let lag = tracker.next.reduce(0) { $0 + max(0, (ends[$1.key]?.upperBound ?? $1.value) - $1.value) }
        MetricNames.lagRecords.set(Double(lag))
    }
}
