package import Model

/// What extracting can fail with.
package enum ExtractorError: ExplainedError, Hashable {
    /// `endpoint` is no plain URL of a loopback host.
    case endpointRefused(String)
    /// Zendesk does not accept the credentials, also after they were renewed.
    case authentication(host: String, status: Int, detail: String?)
    /// The credentials are accepted, but nobody is logged in with them.
    case anonymous(host: String)
    /// The credentials belong to somebody who may not read exports.
    case notAdmin(host: String, role: String)
    /// Nobody has logged the connection in, or Zendesk has ended the login; the reason says which.
    case loginNeeded(ConnectionKey, reason: String)
    /// There is no good access token now, and one who may not renew it needs it; the login is alive as far as known.
    case renewalPending(ConnectionKey, reason: String)
    /// Zendesk refuses a stream to this account or user.
    case permission(StreamName, status: Int, detail: String?, source: Source = .support)
    /// Zendesk does not answer, or not with what can be used, however often it is asked.
    case unavailable(host: String, problem: String, attempts: Int)
    /// Nobody answers where the login goes to.
    case loginUnavailable(host: String, problem: String, attempts: Int)
    /// Zendesk's rate limit held for longer than is waited.
    case rateLimited(StreamName, until: Timestamp)
    /// Zendesk refuses a request as malformed.
    case requestRefused(StreamName, status: Int, detail: String?)
    /// The answer is JSON, but no page.
    case unexpectedPage(StreamName, problem: String)
    /// Zendesk sends the same position again without an end.
    case paginationLoop(StreamName, position: String)
    /// More records than a page takes changed in one second, which a time-based export cannot page through.
    case fullSecond(StreamName, second: Timestamp, pageSize: Int)
    /// A saved bookmark that this version cannot read.
    case bookmarkUnreadable(String)
    /// A newer run of this connection has taken over.
    case takenOver
    /// The transport failed.
    case transport(String)
    /// The definition's secrets or selection.
    case configuration(String)
    /// A fault of Deskpipe itself.
    case unexpected(String)

    package var message: String {
        switch self {
        case .endpointRefused(let endpoint):
            "endpoint \(endpoint.prefix(100)) is not a loopback URL such as http://127.0.0.1:9999"
        case .authentication(let host, let status, let detail):
            "\(host) does not accept the credentials (\(status)\(Self.quoted(detail)))"
        case .anonymous(let host): "\(host) answers, but takes the credentials for an anonymous visitor's"
        case .notAdmin(let host, let role): "the credentials for \(host) belong to a user with the role \(role)"
        case .loginNeeded(let connection, let reason): "login needed for \(connection): \(reason)"
        case .renewalPending(let connection, let reason): "\(connection) is logged in, but \(reason)"
        case .permission(let stream, let status, let detail, _):
            "Zendesk refuses \(stream) (\(status)\(Self.quoted(detail)))"
        case .unavailable(let host, let problem, let attempts):
            "\(host) cannot be used: \(problem); asked \(attempts) times"
        case .loginUnavailable(let host, let problem, let attempts):
            "\(host) cannot be used: \(problem); tried to log in \(attempts) times"
        case .rateLimited(let stream, let until):
            "Zendesk's rate limit holds \(stream) back until \(until.formatted(.seconds))"
        case .requestRefused(let stream, let status, let detail):
            "Zendesk refuses a request for \(stream) (\(status)\(Self.quoted(detail)))"
        case .unexpectedPage(let stream, let problem): "Zendesk's page of \(stream) is not usable: \(problem)"
        case .paginationLoop(let stream, let position):
            "Zendesk sends \(stream) in a loop: \(position) came again without an end"
        case .fullSecond(let stream, let second, let pageSize):
            "\(pageSize) or more \(stream) changed in the second \(second.formatted(.seconds)), more than Zendesk's "
                + "export can page through"
        case .bookmarkUnreadable(let stream): "the bookmark of \(stream) is of a newer version, or damaged"
        case .takenOver: "taken over: a newer extractor runs this connection; this one stops"
        case .transport(let problem), .configuration(let problem), .unexpected(let problem): problem
        }
    }

    /// What a person can do about it; nil where the message says it.
    package var hint: String? {
        switch self {
        case .authentication:
            "check the client or token that `auth` refers to, and that it is active in Zendesk's Admin Center"
        case .anonymous: "check the e-mail address and the token of `auth`"
        case .notAdmin: "exports are for admins: use credentials of an admin of the account"
        case .loginNeeded(let connection, _): "run `\(LoginHint.command(connection))`"
        case .renewalPending: "its next run renews the token, or a service that is running; check again after that"
        case .permission(_, let status, let detail, .chat): Self.chatHint(status, detail)
        case .permission: "give the credentials' user the admin role and the scope `read`, or exclude the stream"
        case .unavailable, .loginUnavailable:
            "check `subdomain`, the network and Zendesk's status page; the next run goes on from here"
        case .rateLimited: "the next run goes on from here; other apps may use up the account's requests"
        case .requestRefused, .unexpectedPage, .paginationLoop:
            "the next run asks again from the same place; if it stays so, tell the maintainers"
        case .fullSecond:
            "edit some of these records in Zendesk, so that they no longer share a second, and run again"
        case .bookmarkUnreadable: "upgrade the extractor"
        case .endpointRefused, .takenOver, .transport, .configuration, .unexpected: nil
        }
    }

    package var exitCode: ExitCode {
        switch self {
        case .endpointRefused, .configuration: .configuration
        case .authentication, .anonymous, .loginNeeded, .renewalPending: .authentication
        case .notAdmin, .permission: .permission
        case .rateLimited: .rateLimited
        case .unavailable, .loginUnavailable, .requestRefused, .unexpectedPage, .paginationLoop, .fullSecond:
            .sourceUnavailable
        case .bookmarkUnreadable, .takenOver, .transport: .transport
        case .unexpected: .unexpected
        }
    }

    package var recovery: Recovery {
        switch self {
        case .unavailable, .loginUnavailable, .unexpectedPage: .retry(after: .seconds(60))
        default: .stop
        }
    }

    /// What stands behind a refusal of Zendesk Chat.
    private static func chatHint(_ status: Int, _ detail: String?) -> String {
        if status == 404 {
            return
                "Chat is not installed there, or the account has moved to messaging, whose conversations are tickets: "
                + "read them with `source: zendesk-support`; where other streams are read, the plan lacks this one"
        }
        if detail?.lowercased().contains("plan") == true {
            return "Chat's API comes with its Professional and Enterprise plans, and with Suite"
        }
        return "let Chat's owner, or an administrator of Chat, make the client or log in; or the Chat plan lacks this"
    }

    private static func quoted(_ detail: String?) -> String { detail.map { ", \"\($0)\"" } ?? "" }
}

extension RunFailure {
    /// The report's words for what ended a run.
    init(_ error: ExtractorError) {
        self.init(kind: Kind(error), message: error.message, hint: error.hint)
    }
}

extension RunFailure.Kind {
    fileprivate init(_ error: ExtractorError) {
        switch error {
        case .authentication, .anonymous, .loginNeeded, .renewalPending: self = .authentication
        case .notAdmin, .permission: self = .permission
        case .rateLimited: self = .rateLimited
        case .unavailable, .loginUnavailable, .requestRefused, .unexpectedPage, .paginationLoop, .fullSecond:
            self = .sourceUnavailable
        case .bookmarkUnreadable, .transport: self = .transport
        case .endpointRefused, .configuration: self = .configuration
        case .takenOver: self = .takenOver
        case .unexpected: self = .unexpected
        }
    }
}
