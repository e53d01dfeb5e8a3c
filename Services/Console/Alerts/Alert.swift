package import Model

/// Something that a person should know of, from its start to its end.
package struct Alert: Hashable, Sendable, Codable {
    /// `run_failed/acme/support/2026-11-20T10:00:00.000Z`: the same in every console, and after a restart.
    package var id: String
    package var kind: Kind
    package var severity: Severity
    /// Nil for what concerns all, such as the row limit.
    package var tenant: TenantID?
    package var connection: ConnectionID?
    /// The stream or table that it is about; nil for the connection as a whole.
    package var subject: String?
    package var since: Timestamp
    /// Nil while it is open.
    package var resolvedAt: Timestamp?
    /// What happened and what that means, in words for people; it may quote an error.
    package var meaning: String
    /// What to do.
    package var action: String

    package enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
        case runFailed = "run_failed"
        case loginFailing = "login_failing"
        case loginExpiring = "login_expiring"
        case streamParked = "stream_parked"
        case loadFailing = "load_failing"
        case rejectedShare = "rejected_share"
        case behindSchedule = "behind_schedule"
        case lagGrowing = "lag_growing"
        case gap
        case rowLimit = "row_limit"
        case skippedRun = "skipped_run"
        case webhookFailing = "webhook_failing"
    }

    package enum Severity: String, Hashable, Sendable, Codable, Comparable {
        /// Nothing new arrives.
        case critical
        /// What arrives is late or incomplete, or soon will be.
        case warning
        case notice

        package static func < (left: Severity, right: Severity) -> Bool { left.rank < right.rank }

        private var rank: Int {
            switch self {
            case .critical: 0
            case .warning: 1
            case .notice: 2
            }
        }
    }

    /// The connection that it is about; nil for what concerns all.
    package var key: ConnectionKey? {
        guard let tenant, let connection else { return nil }
        return ConnectionKey(tenant: tenant, connection: connection)
    }

    enum CodingKeys: String, CodingKey {
        case id, kind, severity, tenant, connection, subject, since, meaning, action
        case resolvedAt = "resolved_at"
    }
}
