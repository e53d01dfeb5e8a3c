import Model

extension ConnectionCheck {
    /// Whether the credentials are accepted, and what their user may do.
    func login(_ probe: CheckProbe, _ limits: inout SeenLimits) async throws -> [CheckFinding] {
        _ = try await probe.authenticator.authorization()
        switch definition.source {
        case .support: return try await supportLogin(probe, &limits)
        case .chat: return try await chatLogin(probe, &limits)
        }
    }

    private func supportLogin(_ probe: CheckProbe, _ limits: inout SeenLimits) async throws -> [CheckFinding] {
        let response = try await probe.ask("/api/v2/users/me.json")
        limits.note(response)
        guard response.status != 403 else {
            let detail = ErrorDetail(response.body).map { ": \"\($0.text)\"" } ?? ""
            return [
                CheckFinding(
                    "login",
                    on: probe.host,
                    .problem,
                    "the credentials are accepted, but may not read (403\(detail))",
                    hint: "the token needs the scope `read`, for all of the account and not for single resources",
                    exitCode: .permission
                )
            ]
        }
        let user = response.isSuccess ? CurrentUser(response.body) : nil
        guard let user, user.id != nil else {
            return [CheckFinding("login", on: probe.host, ExtractorError.anonymous(host: probe.host))]
        }
        let role = user.role ?? "unknown"
        let login = try await kept(probe)
        guard role == "admin" else {
            return [login, CheckFinding("role", on: role, ExtractorError.notAdmin(host: probe.host, role: role))]
        }
        return [login, CheckFinding("role", on: role)]
    }

    /// What kind of login it is, and how long it lasts.
    private func kept(_ probe: CheckProbe) async throws -> CheckFinding {
        switch definition.auth {
        case .oauthClientCredentials:
            return CheckFinding("login", on: probe.host, .ok, "client credentials; tokens are renewed without you")
        case .oauthRefresh where definition.source == .chat:
            return CheckFinding("login", on: probe.host, .ok, "a login; Chat's tokens last until they are taken back")
        case .oauthRefresh:
            return CheckFinding("login", on: probe.host, .ok, "a login; renewed without you, at least every 30 days")
        case .oauthToken where definition.source == .chat:
            return CheckFinding("login", on: probe.host, .ok, "a token of Chat; it lasts until it is taken back")
        case .apiToken:
            return CheckFinding(
                "login",
                on: probe.host,
                .warning,
                "an API token; Zendesk ends all API tokens on 2027-04-30",
                hint: "change to `type: oauth_client_credentials` before (docs/setup.md)"
            )
        case .oauthToken:
            let response = try await probe.ask("/api/v2/oauth/tokens/current.json")
            let end = CheckAnswers.read(CheckAnswers.Token.self, response)?.token.expiresAt
            guard let end = end.flatMap(Timestamp.init(parsing:)) else {
                return CheckFinding("login", on: probe.host, .ok, "an OAuth token without a known end")
            }
            return CheckFinding(
                "login",
                on: probe.host,
                .warning,
                "an OAuth token that ends on \(end.formatted(.seconds)) and cannot be renewed",
                hint: "change to `type: oauth_client_credentials`, whose tokens are renewed (docs/setup.md)"
            )
        }
    }

    private func chatLogin(_ probe: CheckProbe, _ limits: inout SeenLimits) async throws -> [CheckFinding] {
        let response = try await probe.ask("/api/v2/chat/account")
        limits.note(response)
        switch response.status {
        case 404, 300..<400:
            return [
                CheckFinding(
                    "login",
                    on: probe.host,
                    .problem,
                    "there is no Zendesk Chat at \(probe.host) (\(response.status)): not installed, or moved to messaging",
                    hint: "conversations of messaging are tickets: read them with `source: zendesk-support`",
                    exitCode: .permission
                )
            ]
        case 403:
            let isPlan = ErrorDetail(response.body)?.text.lowercased().contains("plan") ?? false
            return [try await kept(probe), isPlan ? chatPlanWithoutAPI("unknown") : chatRole("agent")]
        default: break
        }
        guard let account = CheckAnswers.read(CheckAnswers.ChatAccount.self, response) else {
            let problem = "its answer for the Chat account is not understood (\(response.status))"
            throw ExtractorError.unavailable(host: probe.host, problem: problem, attempts: 1)
        }
        var findings = [try await kept(probe)]
        guard account.plan?.restAPI != false else { return findings + chatPlan(account) }
        // Both the account and its agents are for the owner and administrators.
        let agents = try await probe.ask("/api/v2/chat/agents?limit=1")
        limits.note(agents)
        findings.append(agents.status == 403 ? chatRole("agent") : CheckFinding("role", on: "administrator"))
        return findings + chatPlan(account)
    }

    private func chatRole(_ role: String) -> CheckFinding {
        CheckFinding(
            "role",
            on: role,
            .problem,
            "the credentials' user is neither Chat's owner nor an administrator",
            hint: "let Chat's owner, or an administrator, make the client or log in",
            exitCode: .permission
        )
    }

    private func chatPlanWithoutAPI(_ name: String) -> CheckFinding {
        CheckFinding(
            "plan",
            on: name,
            .problem,
            "this Chat plan has no REST API",
            hint: "Chat's API comes with its Professional and Enterprise plans, and with Suite",
            exitCode: .permission
        )
    }

    private func chatPlan(_ account: CheckAnswers.ChatAccount) -> [CheckFinding] {
        let name = String((account.plan?.name ?? "unknown").prefix(40))
        if account.plan?.restAPI == false { return [chatPlanWithoutAPI(name)] }
        if let status = account.status, status != "active" {
            return [
                CheckFinding(
                    "plan",
                    on: name,
                    .warning,
                    "the Chat account is \(status.prefix(40))",
                    hint: "if it has moved to messaging, its new conversations are tickets: `source: zendesk-support`"
                )
            ]
        }
        return [CheckFinding("plan", on: name)]
    }
}
