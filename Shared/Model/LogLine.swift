/// One line of a run's log (`{ns}.logs.extraction`). Version 1; additive. Never a secret, never a record's content.
package struct LogLine: Hashable, Sendable, Codable {
    package var version = 1
    package var time: Timestamp
    package var level: Level
    package var run: RunID
    package var tenant: TenantID
    package var connection: ConnectionID
    /// Nil for a line about the run as a whole.
    package var stream: StreamName?
    /// Constant text; what differs is in ``facts``.
    package var message: String
    package var facts: [String: String]

    package enum Level: String, Hashable, Sendable, Codable, CaseIterable, Comparable {
        case debug
        case info
        case warning
        case error

        package static func < (left: Level, right: Level) -> Bool {
            (allCases.firstIndex(of: left) ?? 0) < (allCases.firstIndex(of: right) ?? 0)
        }
    }

    package var key: ConnectionKey { ConnectionKey(tenant: tenant, connection: connection) }

    package init(
        time: Timestamp,
        level: Level,
        run: RunID,
        connection: ConnectionKey,
        stream: StreamName?,
        message: String,
        facts: [String: String]
    ) {
        self.time = time
        self.level = level
        self.run = run
        self.tenant = connection.tenant
        self.connection = connection.connection
        self.stream = stream
        self.message = message
        self.facts = facts
    }
}
