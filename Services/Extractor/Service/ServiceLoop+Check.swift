import Model

extension ServiceLoop {
    /// Has the connection tried out beside whatever runs; what comes of it stands in its log.
    func check(_ key: ConnectionKey) {
        guard let definition = roster.definition(of: key) else { return }
        let environment = environment
        jobs.append {
            let now = environment.clock.now()
            let run = RunID(at: now, randomness: (.random(in: 0...UInt64.max), .random(in: 0...UInt64.max)))
            let channel = RunChannel(key, run: run, environment: environment)
            let keeper = CredentialKeeper(
                key,
                transport: environment.transport,
                namespace: environment.namespace,
                key: environment.access.credentialKey,
                secrets: environment.access.secrets
            )
            await channel.whileOpen {
                let check = ConnectionCheck(definition, access: environment.access, keeper: keeper)
                let findings = (try? await check.run()) ?? []  // cancelled: the process ends
                for finding in findings {
                    var facts = ["check": finding.check, "subject": finding.subject, "verdict": finding.verdict]
                    facts["hint"] = finding.hint
                    channel.log.log(LogLine.Level(finding.grade), nil, "checked", facts)
                }
            }
            return .checked
        }
    }
}

extension LogLine.Level {
    fileprivate init(_ grade: CheckFinding.Grade) {
        switch grade {
        case .ok: self = .info
        case .warning: self = .warning
        case .problem: self = .error
        }
    }
}
