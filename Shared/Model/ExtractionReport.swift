/// One run of a connection (`{ns}.reports.extraction`). Version 1; additive.
package struct ExtractionReport: Hashable, Sendable, Codable {
    package var version = 1
    package var run: RunID
    package var tenant: TenantID
    package var connection: ConnectionID
    package var source: Source
    package var trigger: Trigger
    package var status: Status
    package var startedAt: Timestamp
    package var completedAt: Timestamp?
    package var requests: Int
    /// Seconds spent waiting for Zendesk's rate limits.
    package var throttledSeconds: Double
    /// What a running run waits for; nil once it has ended.
    package var waiting: ReportedWait?
    /// Slots of the schedule before this run for which there was none, because the run before took longer.
    package var skippedSlots: Int?
    package var streams: [StreamReport]
    /// What ended the whole run; nil where its streams ended for themselves, and while it runs.
    package var error: RunFailure?
    /// The ids of the last commands that were obeyed before this run or in it, the newest at the end; nil: none yet. The
    /// connection's state has them at once, also where they begin no run.
    package var commands: [String]?

    package enum Trigger: String, Hashable, Sendable, Codable {
        case schedule
        case command
        case once
    }

    package enum Status: String, Hashable, Sendable, Codable {
        case running
        case succeeded
        case partial
        case failed
        case stopped
    }

    package var key: ConnectionKey { ConnectionKey(tenant: tenant, connection: connection) }

    package init(
        run: RunID,
        connection: ConnectionDefinition,
        trigger: Trigger,
        status: Status = .running,
        startedAt: Timestamp,
        streams: [StreamReport]
    ) {
        self.run = run
        self.tenant = connection.tenant
        self.connection = connection.id
        self.source = connection.source
        self.trigger = trigger
        self.status = status
        self.startedAt = startedAt
        self.requests = 0
        self.throttledSeconds = 0
        self.streams = streams
    }

    enum CodingKeys: String, CodingKey {
        case version, run, tenant, connection, source, trigger, status, requests, waiting, streams, commands
        case error
        case startedAt = "started_at"
        case completedAt = "completed_at"
        case throttledSeconds = "throttled_seconds"
        case skippedSlots = "skipped_slots"
    }
}

/// One stream of an extraction report.
package struct StreamReport: Hashable, Sendable, Codable {
    package var stream: StreamName
    package var status: Status
    /// Why it is not caught up, in words for people.
    package var reason: String?
    /// What to do about it.
    package var hint: String?
    package var records = 0
    package var rejected = 0
    package var pages = 0
    package var requests = 0
    /// Bytes of response bodies, inflated.
    package var bytes = 0
    package var bookmarkBefore: String?
    package var bookmarkAfter: String?
    /// Every change that Zendesk had made visible by this time is published. Nil until caught up once.
    package var asOf: Timestamp?
    /// How far a read is that takes several pages.
    package var progress: StreamProgress?
    /// Tickets whose rows of this table are exact: read ticket by ticket.
    package var ticketsExact: Int?
    /// Parent records that Zendesk refused to give children of; the rest went on.
    package var skipped: Int?

    package enum Status: String, Hashable, Sendable, Codable {
        case pending
        case running
        case caughtUp = "caught_up"
        case continues
        case parked
        case failed
    }

    package init(stream: StreamName, status: Status = .pending) {
        self.stream = stream
        self.status = status
    }

    enum CodingKeys: String, CodingKey {
        case stream, status, reason, hint, records, rejected, pages, requests, bytes
        case bookmarkBefore = "bookmark_before"
        case bookmarkAfter = "bookmark_after"
        case asOf = "as_of"
        case progress, skipped
        case ticketsExact = "tickets_exact"
    }
}
