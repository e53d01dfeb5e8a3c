import Logging
import Model

/// A `check` that was asked for is tried beside whatever runs. That it was asked stands in the connection's state until
/// the answer does: whoever has the connection after a crash begins anew, and an answer is written once.
extension ServiceLoop {
    /// An answer, and what came of writing it.
    struct Answered: Sendable {
        var report: CheckReport
        var result: Result<ConnectionState, any Error>
    }

    /// Has the connection tried out where somebody asked for it, unless that is under way; what is found stands in its
    /// log too.
    func check(_ key: ConnectionKey) {
        guard let definition = roster.definition(of: key), let command = roster.state(of: key)?.askedCheck,
            checking[key] != command, answers[key]?.command != command
        else { return }
        checking[key] = command
        let environment = environment
        jobs.append {
            let startedAt = environment.clock.now()
            let run = RunID(at: startedAt)
            let channel = RunChannel(key, run: run, environment: environment)
            let keeper = CredentialKeeper(
                key,
                transport: environment.transport,
                namespace: environment.namespace,
                key: environment.access.credentialKey,
                secrets: environment.access.secrets
            )
            let findings = await channel.whileOpen { () -> [CheckFinding]? in
                let check = ConnectionCheck(definition, access: environment.access, keeper: keeper)
                // Cancelled: the process ends, and the next one that has the connection checks it.
                guard let findings = try? await check.run() else { return nil }
                for finding in findings { channel.log.note(finding) }
                return findings
            }
            guard let findings else { return .checked(key, nil) }
            let completedAt = environment.clock.now()
            return .checked(
                key,
                CheckReport(command: command, startedAt: startedAt, completedAt: completedAt, findings: findings)
            )
        }
    }

    /// A check has come to its end.
    func checked(_ key: ConnectionKey, _ report: CheckReport?) {
        guard let report, checking[key] == report.command else { return }
        checking[key] = nil
        answers[key] = report
        obeyNext(key)
    }

    /// Writes the answer that waits for it, through the producer of the run under way where there is one.
    func answer(_ report: CheckReport, of key: ConnectionKey) {
        let desk = running[key]?.desk
        guard desk != nil || roster.beginChange(key) else { return }
        changing.insert(key)
        let changes = changes
        jobs.append {
            do {
                guard let desk else {
                    let state = try await changes.perform(on: key) { state in
                        state.take(report)
                        return nil
                    }
                    return .answered(key, Answered(report: report, result: .success(state)))
                }
                guard try await desk.change({ $0.take(report) }), let state = desk.connectionState else {
                    throw RunIsOver()
                }
                return .answered(key, Answered(report: report, result: .success(state)))
            } catch {
                if !(error is RunIsOver) { _ = try? await Task.sleep(for: Self.pause) }  // cancelled: the loop ends
                return .answered(key, Answered(report: report, result: .failure(error)))
            }
        }
    }

    /// The answer is durable, or could not be written: then it is tried again.
    func answered(_ key: ConnectionKey, _ answered: Answered) {
        changing.remove(key)
        switch answered.result {
        case .success(let state):
            if answers[key]?.command == answered.report.command { answers[key] = nil }
            roster.changed(key, state, at: clock.now())
        case .failure(let error):
            roster.changed(key, nil, at: clock.now())
            // The run's end comes next, and goes on with it.
            if error is RunIsOver, running[key] != nil { return }
            if !(error is RunIsOver) {
                logger.warning(
                    "the answer of a check could not be written; trying again",
                    metadata: [LogKeys.connection: "\(key)", LogKeys.error: "\(ExtractorError(error).message)"]
                )
            }
        }
        obeyNext(key)
    }
}

extension ConnectionState {
    /// Notes an answer; one that another process has given already stays.
    fileprivate mutating func take(_ report: CheckReport) {
        guard askedCheck == report.command else { return }
        askedCheck = nil
        check = report
    }
}

extension RunLog {
    fileprivate func note(_ finding: CheckFinding) {
        var facts = ["check": finding.check, "subject": finding.subject, "verdict": finding.verdict]
        facts["hint"] = finding.hint
        log(LogLine.Level(finding.grade), nil, "checked", facts)
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
