import Model

/// All metrics. They are recorded per page or batch, in base units, without a label for tenants.
package enum MetricNames {
    private static let requestSeconds: [Double] = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 120]
    private static let batchSeconds: [Double] = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 120]

    // The extractor's.
    package static let recordsPublished = MetricDefinition(
        "extractor_records_published_total",
        .counter,
        labels: ["stream"],
        "Records published to the log, durably."
    )
    package static let pagesPublished = MetricDefinition(
        "extractor_pages_published_total",
        .counter,
        labels: ["stream"],
        "Pages published with their bookmark."
    )
    package static let recordsRefused = MetricDefinition(
        "extractor_records_rejected_total",
        .counter,
        labels: ["stream"],
        "Records that cannot pass (too large, too deep, without a key); rejected.v1 events take their place."
    )
    package static let requests = MetricDefinition(
        "extractor_http_requests_total",
        .counter,
        labels: ["status"],
        values: ["200", "401", "429", "none"],
        "Requests to Zendesk by the answer's status; `none` where there was no whole answer."
    )
    package static let requestDuration = MetricDefinition(
        "extractor_http_request_duration_seconds",
        .histogram(requestSeconds),
        "From sending a request to its last byte."
    )
    package static let receivedBytes = MetricDefinition(
        "extractor_http_received_bytes_total",
        .counter,
        "Bytes of answers, inflated."
    )
    package static let waited = MetricDefinition(
        "extractor_wait_seconds_total",
        .counter,
        labels: ["reason"],
        values: ["rate_limit", "retry", "log"],
        "Time that streams waited: `rate_limit` for the request budget, `retry` after a failure, `log` for the log."
    )
    package static let runs = MetricDefinition(
        "extractor_runs_total",
        .counter,
        labels: ["status"],
        values: [ExtractionReport.Status.succeeded, .partial, .failed, .stopped].map(\.rawValue),
        "Runs of a connection that ended, by their report's status."
    )
    package static let runsActive = MetricDefinition(
        "extractor_runs_active",
        .gauge,
        "Connections that are being read now."
    )
    package static let connectionsOwned = MetricDefinition(
        "extractor_connections_owned",
        .gauge,
        "Connections whose schedule this process follows."
    )
    package static let startDelay = MetricDefinition(
        "extractor_start_delay_seconds",
        .histogram([1, 5, 15, 60, 300, 900, 3600]),
        "From a scheduled start to the run's beginning: what concurrency costs."
    )

    // The loader's.
    package static let rowsLoaded = MetricDefinition(
        "loader_rows_loaded_total",
        .counter,
        labels: ["stream", "destination"],
        "Rows inserted or updated."
    )
    package static let rowsRejected = MetricDefinition(
        "loader_rows_rejected_total",
        .counter,
        labels: ["reason"],
        values: ["record", "foreign"],
        "Records that went to _sdc_rejected: `record` for what they are, `foreign` for messages that name no connection."
    )
    package static let batches = MetricDefinition(
        "loader_batches_total",
        .counter,
        labels: ["status"],
        values: ["succeeded", "failed"],
        "Batches by how their transaction ended."
    )
    package static let batchDuration = MetricDefinition(
        "loader_batch_duration_seconds",
        .histogram(batchSeconds),
        "From planning a batch to its commit."
    )
    package static let batchEvents = MetricDefinition(
        "loader_batch_events",
        .histogram([1, 10, 100, 1000, 5000, 10_000, 20_000, 50_000]),
        "Record events of a batch."
    )
    package static let lagRecords = MetricDefinition(
        "loader_lag_records",
        .gauge,
        "Messages of the assigned partitions that are not received yet."
    )
    package static let lagSeconds = MetricDefinition(
        "loader_lag_seconds",
        .gauge,
        "Of the last batch: its commit minus the extraction of its newest record."
    )
    package static let bufferBytes = MetricDefinition(
        "loader_buffer_bytes",
        .gauge,
        "Bytes of records in open batches; at most batch.bytes."
    )
    package static let partitions = MetricDefinition(
        "loader_partitions_assigned",
        .gauge,
        "Partitions of record topics that this process holds."
    )
    package static let setAside = MetricDefinition(
        "loader_connections_set_aside",
        .gauge,
        "Connections whose destination failed; their events wait in the log."
    )
    package static let gaps = MetricDefinition(
        "loader_gaps_total",
        .counter,
        "Ranges of offsets that the log lost before they were loaded."
    )

    // Every service's.
    package static let buildInfo = MetricDefinition(
        "deskpipe_build_info",
        .gauge,
        labels: ["version", "service"],
        "Always 1."
    )
    package static let ready = MetricDefinition(
        "deskpipe_ready",
        .gauge,
        labels: ["condition"],
        "1 where the condition of /readyz is met."
    )
    package static let cpuSeconds = MetricDefinition(
        "process_cpu_seconds_total",
        .counter,
        "Processor time, user and system."
    )
    package static let residentBytes = MetricDefinition("process_resident_memory_bytes", .gauge, "Resident memory.")
    package static let openFiles = MetricDefinition("process_open_fds", .gauge, "Open file descriptors.")
    package static let startTime = MetricDefinition(
        "process_start_time_seconds",
        .gauge,
        "When the process began, since 1970."
    )

    package static let all = extractor + loader + process

    package static let extractor = [
        recordsPublished, pagesPublished, recordsRefused, requests, requestDuration, receivedBytes, waited, runs,
        runsActive, connectionsOwned, startDelay,
    ]

    package static let loader = [
        rowsLoaded, rowsRejected, batches, batchDuration, batchEvents, lagRecords, lagSeconds, bufferBytes, partitions,
        setAside, gaps,
    ]

    package static let process = [buildInfo, ready, cpuSeconds, residentBytes, openFiles, startTime]
}
