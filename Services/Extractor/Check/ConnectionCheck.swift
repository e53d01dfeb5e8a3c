import Catalog
package import Model
import ServiceRuntime

/// Tries what a run of a connection would need of Zendesk, with a person waiting: that there is a help desk, the login,
/// the role, the plan, each selected stream, the request budgets; and tells what the history will take.
package struct ConnectionCheck: Sendable {
    let definition: ConnectionDefinition
    let access: ZendeskAccess
    private let keeper: CredentialKeeper?

    /// - Parameter keeper: of the pair of an `oauth_refresh` connection; one that may not refresh, since that is the
    ///   run's alone.
    package init(_ definition: ConnectionDefinition, access: ZendeskAccess, keeper: CredentialKeeper? = nil) {
        self.definition = definition
        self.access = access
        self.keeper = keeper
    }

    /// Everything, in the order of its asking; it ends with the first problem that stands in the way of all else.
    /// - Throws: `CancellationError`.
    package func run() async throws -> [CheckFinding] {
        var limits = SeenLimits()
        var findings: [CheckFinding] = []
        var step = "prefix"
        do {
            let selected = try Catalog.streams(of: definition.source, selectedBy: definition.streams)
            let probe = try access.probe(definition, keeper: keeper)
            findings += try await reach(probe)
            guard !findings.hasProblem else { return findings }
            step = "login"
            findings += try await login(probe, &limits)
            guard !findings.hasProblem else { return findings }
            step = "stream"
            let streams = try await verdicts(of: selected, probe, &limits)
            findings += plan(limits, streams)
            findings += streams
            findings += limits.findings(share: definition.rateShare, account: probe.host)
            step = "history"
            findings += try await history(selected, probe, limits)
        } catch let error as CancellationError {
            throw error
        } catch let error as ExtractorError where error.isOnlyPending {
            findings.append(CheckFinding("login", on: definition.host, .warning, error.message, hint: error.hint))
        } catch {
            findings.append(CheckFinding(step, on: definition.host, error))
        }
        return findings
    }

    /// Each selected stream's verdict alone, by stream.
    /// - Throws: ``ExtractorError``, `SecretError`, `CatalogError` where nothing can be asked; `CancellationError`.
    package func streams() async throws -> [StreamName: CheckFinding] {
        let selected = try Catalog.streams(of: definition.source, selectedBy: definition.streams)
        var limits = SeenLimits()
        let findings: [CheckFinding]
        do {
            findings = try await verdicts(of: selected, try access.probe(definition, keeper: keeper), &limits)
        } catch let error as ExtractorError where error.isOnlyPending {
            let verdict = "not asked: \(error.message)"
            findings = selected.map {
                CheckFinding("stream", on: $0.name.rawValue, .warning, verdict, hint: error.hint)
            }
        }
        return Dictionary(zip(selected.map(\.name), findings)) { first, _ in first }
    }
}

extension ConnectionDefinition {
    /// The host that is asked, for messages.
    var host: String { (try? ZendeskAddress(self).host) ?? subdomain.host }  // a refused endpoint is told elsewhere
}

extension ExtractorError {
    /// Nothing is wrong, but nothing can be asked before the next run.
    fileprivate var isOnlyPending: Bool {
        if case .renewalPending = self { true } else { false }
    }
}

extension [CheckFinding] {
    /// What a process should end with: the worst of the problems.
    package var exitCode: ExitCode {
        filter { $0.grade == .problem }.map(\.exitCode).max { $0.severity < $1.severity } ?? .ok
    }
}
