import Catalog
import Messaging
import Model

/// What can go wrong before the log.
extension AlertRules {
    /// How long before its end a login's end is told.
    private static let notice = Duration.days(7)
    /// From which day on Zendesk accepts no API token.
    private static let apiTokensEnd = Timestamp(seconds: 1_809_043_200)  // 2027-04-30

    func runFindings(_ connection: KnownConnection) -> [Finding] {
        let runs = connection.account.runs
        var findings: [Finding] = []
        if let last = runs.last, last.hasFailed, last.error?.kind != .authentication {
            let isWhole = last.status == .failed
            let hint = last.error?.hint ?? last.troubles.first { $0.status == .failed }?.hint
            let since = runs.failingSince { $0.hasFailed && $0.error?.kind != .authentication }
            findings.append(
                Finding(
                    .init(.runFailed, connection.key),
                    isWhole ? .critical : .warning,
                    since: since ?? last.startedAt,
                    meaning: (isWhole ? "The last run failed: " : "A stream of the last run failed: ")
                        + (last.problem ?? "no reason is known") + ". What was loaded before stays as it is.",
                    action: hint.map { "\($0). " }.orEmpty + "The next run goes on from where this one ended; its log "
                        + "tells more: `deskpipe logs \(connection.flags) --run \(last.run)`."
                )
            )
        }
        let latest = runs.newest.map(RunRow.init)
        if connection.account.state?.pausedSince == nil, let latest, latest.skippedSlots > 0 {
            findings.append(
                Finding(
                    .init(.skippedRun, connection.key),
                    .notice,
                    since: latest.startedAt,
                    meaning: "\(latest.skippedSlots) scheduled run(s) were skipped, because the run before took longer "
                        + "than its interval. Nothing is lost; the tables were later than the schedule says.",
                    action: "Once a first read or a reset, nothing. If it stays so, choose a longer interval."
                )
            )
        }
        return findings
    }

    func loginFindings(_ connection: KnownConnection, at now: Timestamp) -> [Finding] {
        var findings: [Finding] = []
        let isRefused = { (run: RunRow) in run.error?.kind == .authentication }
        if let last = connection.account.runs.last, isRefused(last) {
            findings.append(
                Finding(
                    .init(.loginFailing, connection.key),
                    .critical,
                    since: connection.account.runs.failingSince(isRefused) ?? last.startedAt,
                    meaning: "Zendesk does not accept the login: \(last.problem ?? ""). Nothing new is extracted.",
                    action: last.error?.hint.map { "\($0)." }
                        ?? "Check the credentials: `deskpipe check \(connection.flags)`."
                )
            )
        }
        if let end = loginEnd(of: connection), end - now <= Self.notice {
            let isOver = end <= now
            findings.append(
                Finding(
                    .init(.loginExpiring, connection.key),
                    isOver ? .critical : .warning,
                    since: end - Self.notice,
                    meaning: "The login \(isOver ? "ended" : "ends") at \(end.formatted(.seconds)). "
                        + "Nothing new is extracted after that.",
                    action: renewal(of: connection)
                )
            )
        }
        return findings
    }

    func parkedFindings(_ connection: KnownConnection) -> [Finding] {
        let selected = Set(connection.selected.map(\.name))
        let parked = connection.account.state?.parked ?? [:]
        return parked.sorted { $0.key < $1.key }.filter { selected.contains($0.key) }.map { stream, parking in
            Finding(
                .init(.streamParked, connection.key, stream.rawValue),
                .warning,
                since: parking.since,
                meaning: "\(parking.reason). \(stream) is not read; the other streams are.",
                action: parking.hint.map { "\($0). " }.orEmpty
                    + "It is tried again weekly, and by a run that a person asks for."
            )
        }
    }

    func lateFindings(_ connection: KnownConnection, at now: Timestamp) -> [Finding] {
        guard connection.account.state?.pausedSince == nil else { return [] }
        let late = connection.selected.compactMap { stream in
            connection.lateSince(stream, at: now).map { (stream: stream.name.rawValue, since: $0) }
        }
        guard let since = late.map(\.since).min() else { return [] }
        return [
            Finding(
                .init(.behindSchedule, connection.key),
                .warning,
                since: since,
                meaning: "Tables are older than twice the interval and 10 minutes: "
                    + late.map(\.stream).joined(separator: ", ") + ".",
                action: "See whether a run goes on (`deskpipe status \(connection.flags)`) and what the last one said "
                    + "(`deskpipe logs \(connection.flags)`); a first read of a large account may take days."
            )
        ]
    }

    private func loginEnd(of connection: KnownConnection) -> Timestamp? {
        let ends = [
            connection.account.state?.loginEndsAt,
            connection.definition.auth.type == .apiToken ? Self.apiTokensEnd : nil,
        ]
        return ends.compactMap(\.self).min()
    }

    private func renewal(of connection: KnownConnection) -> String {
        switch connection.definition.auth.type {
        case .apiToken:
            "Zendesk ends API tokens on 2027-04-30: make an OAuth client and use oauth_client_credentials instead."
        case .oauthToken: "Make a new token, and put it where the setting `auth` points to."
        case .oauthRefresh where connection.definition.origin == .console:
            "An admin signs in again, on the connection's settings page."
        case .oauthRefresh, .oauthClientCredentials: "Log in again: `deskpipe login \(connection.flags)`."
        }
    }
}

extension KnownConnection {
    /// How a command names it.
    var flags: String { "--tenant \(key.tenant) --connection \(key.connection)" }
}

extension String? {
    fileprivate var orEmpty: String { self ?? "" }
}
