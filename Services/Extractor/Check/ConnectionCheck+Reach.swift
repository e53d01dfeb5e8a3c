import Model

extension ConnectionCheck {
    /// The most that clocks may differ without a remark.
    private static let tolerance = Duration.seconds(60)

    /// Whether there is a help desk that lets this machine in, and whether the clocks agree. Asks as nobody.
    func reach(_ probe: CheckProbe) async throws -> [CheckFinding] {
        let asked = access.clock.now()
        let response = try await probe.knock("/api/v2/users/me.json")
        let answered = access.clock.now()
        let detail = ErrorDetail(response.body).map { ": \"\($0.text)\"" } ?? ""
        switch response.status {
        case 300..<400, 404:
            return [
                CheckFinding(
                    "prefix",
                    on: probe.host,
                    .problem,
                    "there is no help desk at \(probe.host) (\(response.status))",
                    hint: "check `subdomain`: it is what stands before .zendesk.com where your agents sign in",
                    exitCode: .configuration
                )
            ]
        case 403:
            return [
                CheckFinding(
                    "address",
                    on: probe.host,
                    .problem,
                    "\(probe.host) refuses this machine before any login (403\(detail))",
                    hint:
                        "let this machine's address in: Admin Center, Account > Security > Advanced > IP restrictions",
                    exitCode: .permission
                )
            ]
        default:
            let prefix = CheckFinding("prefix", on: probe.host, .ok, "a help desk answers")
            guard let theirs = response.limits.date else { return [prefix] }
            return [prefix, clock(theirs: theirs, ours: asked + (answered - asked) / 2)]
        }
    }

    private func clock(theirs: Timestamp, ours: Timestamp) -> CheckFinding {
        let skew = ours - theirs
        let size = skew < .zero ? .zero - skew : skew
        guard size > Self.tolerance else {
            return CheckFinding("clock", on: "this machine", .ok, "agrees with Zendesk's")
        }
        return CheckFinding(
            "clock",
            on: "this machine",
            .warning,
            "\(CheckText.duration(size)) \(skew > .zero ? "ahead of" : "behind") Zendesk's",
            hint: "set this machine's clock, and keep it by NTP (chrony, systemd-timesyncd): exports are asked by time"
        )
    }
}
