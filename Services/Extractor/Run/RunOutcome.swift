import Messaging
package import Model
import ServiceRuntime

/// How a run ended.
package struct RunOutcome: Sendable {
    package var report: ExtractionReport
    /// What ended the whole run early; nil where its streams ended for themselves, or it was stopped.
    package var error: ExtractorError?
    /// By stream, those that failed.
    package var failures: [StreamName: ExtractorError]

    package init(report: ExtractionReport, error: ExtractorError? = nil, failures: [StreamName: ExtractorError] = [:]) {
        self.report = report
        self.error = error
        self.failures = failures
    }

    /// What the process tells its caller: the run's error, or that of its streams where nothing essential could be read,
    /// or that some failed. Parked streams do not count.
    package var exitCode: ExitCode {
        if let error { return error.exitCode }
        guard !failures.isEmpty else { return .ok }
        guard report.status == .failed else { return .partial }
        return failures.values.map(\.exitCode).min { $0.severity > $1.severity } ?? .partial
    }
}

extension ExitCode {
    /// Which code to end with where several apply: the greatest.
    package var severity: Int {
        switch self {
        case .ok: 0
        case .partial: 1
        case .rateLimited: 2
        case .sourceUnavailable: 3
        case .permission: 4
        case .authentication: 5
        case .destination: 6
        case .transport: 7
        case .configuration: 8
        case .usage: 9
        case .unexpected: 10
        }
    }
}

extension ExtractorError {
    /// Any error of a run as one that a report can hold.
    init(_ error: any Error) {
        switch error {
        case let error as ExtractorError: self = error
        case MessagingError.fenced: self = .takenOver
        case let error as MessagingError: self = .transport(error.message)
        case let error as any ExplainedError:
            self = error.exitCode == .configuration ? .configuration(error.message) : .unexpected(error.message)
        default: self = .unexpected("extraction failed: \(type(of: error))")
        }
    }

    /// True where the connection's other streams would fail in the same way.
    var endsRun: Bool {
        switch self {
        case .authentication, .loginUnavailable, .anonymous, .notAdmin, .endpointRefused, .configuration, .takenOver,
            .transport, .loginNeeded, .renewalPending:
            true
        default: false
        }
    }
}
