import Catalog
import Model

/// The request budgets that answers told of.
struct SeenLimits: Sendable {
    private(set) var account: RateHeaders.Allowance?
    private(set) var endpoints: [String: RateHeaders.Allowance] = [:]

    mutating func note(_ response: ZendeskResponse) {
        account = response.limits.account ?? account
        endpoints.merge(response.limits.endpoints) { _, new in new }
    }

    /// One line for each budget: how large it is, and what is left of it.
    func findings(share: Double, account name: String) -> [CheckFinding] {
        var findings: [CheckFinding] = []
        if let account {
            let percent = Int((share * 100).rounded())
            let verdict = "\(Self.words(account)); Deskpipe takes at most \(percent)%"
            if let total = account.total, account.remaining < total / 5 {
                findings.append(
                    CheckFinding(
                        "limits",
                        on: name,
                        .warning,
                        verdict,
                        hint: "other apps use up this account's requests; Deskpipe waits for its share"
                    )
                )
            } else {
                findings.append(CheckFinding("limits", on: name, .ok, verdict))
            }
        }
        for (name, allowance) in endpoints.sorted(by: { $0.key < $1.key }) {
            findings.append(CheckFinding("limits", on: name, .ok, Self.words(allowance)))
        }
        return findings
    }

    /// Requests a minute, as far as they were told, else as Zendesk documents them.
    func limits(share: Double) -> HistoryEstimate.Limits {
        let account = Double(account?.total ?? 200) * share
        let endpoint = { (bucket: RateBucket, standard: Double) in
            endpoints[bucket.rawValue]?.total.map(Double.init) ?? standard
        }
        return HistoryEstimate.Limits(
            account: max(1, account),
            exports: max(1, endpoint(.incrementalExports, 10)),
            users: max(1, endpoint(.usersCursor, 20)),
            audits: max(1, endpoint(.ticketAudits, 500))
        )
    }

    private static func words(_ allowance: RateHeaders.Allowance) -> String {
        let left = "\(CheckText.grouped(allowance.remaining)) left"
        return allowance.total.map { "\(CheckText.grouped($0)) requests a minute, \(left)" } ?? left
    }
}

extension ConnectionCheck {
    /// The plan that an account's budget is known of, and how many streams it lacks.
    func plan(_ limits: SeenLimits, _ streams: [CheckFinding]) -> [CheckFinding] {
        guard definition.source == .support, let total = limits.account?.total else { return [] }
        let name =
            switch total {
            case ..<200: "Essential"
            case 200: "Team"
            case 400: "Growth or Professional"
            case 700: "Enterprise"
            case 2500...: "Enterprise Plus, or with the High Volume API add-on"
            default: "unknown"
            }
        let lacking = streams.filter { $0.verdict.hasPrefix("parked: plan") }.count
        let verdict = lacking == 0 ? "has every selected stream" : "lacks \(lacking) of the selected streams"
        return [CheckFinding("plan", on: name, .ok, verdict)]
    }

    /// How much there is, and how long reading it will take.
    func history(
        _ selected: [StreamDefinition],
        _ probe: CheckProbe,
        _ limits: SeenLimits
    ) async throws -> [CheckFinding] {
        let names = Set(selected.map(\.name))
        guard definition.source == .support, names.contains("tickets") || names.contains("users") else { return [] }
        guard let tickets = try await count("tickets", probe), let users = try await count("users", probe) else {
            return []
        }
        let isExact = definition.audits ?? .exact == .exact
        let fastAudits = names.contains("ticket_audits") && !isExact
        let estimate = HistoryEstimate(
            HistoryEstimate.Volume(
                tickets: tickets,
                users: users,
                readsTicketEvents: names.contains("ticket_comments") || names.contains("ticket_events") || fastAudits,
                readsMetricEvents: names.contains("ticket_metric_events"),
                readsAuditsExactly: names.contains("ticket_audits") && isExact
            ),
            limits: limits.limits(share: definition.rateShare)
        )
        let counted = "about \(CheckText.grouped(tickets)) tickets, \(CheckText.grouped(users)) users"
        let main = CheckText.duration(estimate.main)
        let audits = estimate.audits.map {
            " for everything but audits; audits another \(CheckText.duration($0)) in the background"
        }
        return [CheckFinding("history", on: "all", .ok, "\(counted): \(main)\(audits ?? "")")]
    }

    private func count(_ name: String, _ probe: CheckProbe) async throws -> Int? {
        CheckAnswers.read(CheckAnswers.Count.self, try await probe.ask("/api/v2/\(name)/count.json"))?.count.value
    }
}
