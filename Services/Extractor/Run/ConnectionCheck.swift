import Catalog
import Foundation
import JSONScan
package import Model
package import ServiceRuntime

/// Tries what a run would need: the credentials, and each selected stream's first request.
package struct ConnectionCheck: Sendable {
    /// What a check found out.
    package struct Findings: Sendable {
        package var host: String
        /// Of the credentials' user.
        package var role: String
        /// By stream, in the catalogue's order: nil for one that can be read.
        package var streams: [(stream: StreamName, problem: ExtractorError?)]

        /// Ok, or the refusal's code where no stream can be read, or partial.
        package var exitCode: ExitCode {
            let problems = streams.compactMap(\.problem)
            guard let worst = problems.map(\.exitCode).max(by: { $0.severity < $1.severity }) else { return .ok }
            return problems.count < streams.count ? .partial : worst
        }
    }

    private let definition: ConnectionDefinition
    private let access: ZendeskAccess

    package init(_ definition: ConnectionDefinition, access: ZendeskAccess) {
        self.definition = definition
        self.access = access
    }

    /// - Throws: ``ExtractorError`` when nothing can be read: wrong credentials, no admin, no answer; `SecretError`,
    ///   `CatalogError`; `CancellationError`.
    package func run(stop: StopSignal = StopSignal()) async throws -> Findings {
        let selected = try Catalog.streams(of: definition.source, selectedBy: definition.streams)
        var policy = access.policy
        // A person waits for the answer.
        policy.attempts = min(policy.attempts, 3)
        policy.patience = min(policy.patience, .seconds(120))
        let session = try access.session(definition, policy: policy, stop: stop) { _, _ in }
        let host = try ZendeskAddress(definition).host
        let user = try await user(session)
        guard user.id != nil else { throw ExtractorError.anonymous(host: host) }
        guard user.role == "admin" else { throw ExtractorError.notAdmin(host: host, role: user.role ?? "unknown") }
        var findings = Findings(host: host, role: "admin", streams: [])
        for stream in selected { findings.streams.append((stream.name, try await problem(of: stream, session))) }
        return findings
    }

    private struct User: Sendable {
        var id: Int64?
        var role: String?
    }

    private func user(_ session: ZendeskSession) async throws -> User {
        let request = PageRequest(path: "users/me.json", query: [], bucket: .account)
        let answer = try await session.page(request, of: "users/me", canShrink: false, decode: Self.user)
        switch answer {
        case .page(let user, _, _): return user
        case .refused(let error), .refusedPageSize(let error): throw error
        case .shrinkPage, .startTooRecent, .skipped: return User()
        }
    }

    private static func user(_ body: [UInt8]) throws(PageError) -> User {
        let bytes = body.span
        let root: JSONNode
        do {
            root = try JSON.validate(bytes)
        } catch {
            throw .invalidJSON(error)
        }
        guard let user = JSON.member("user", of: root, in: bytes), user.kind == .object else {
            throw .noRecords(.member("user"))
        }
        let id = JSON.member("id", of: user, in: bytes)
        let role = JSON.member("role", of: user, in: bytes)
        return User(
            id: id.flatMap { $0.kind == .number ? JSON.integer($0.range, in: bytes) : nil },
            role: role.flatMap { $0.kind == .string ? String(JSON.text(of: $0.range, in: bytes).prefix(40)) : nil }
        )
    }

    /// Asks for one record of a stream; nil where that works.
    private func problem(of stream: StreamDefinition, _ session: ZendeskSession) async throws -> ExtractorError? {
        guard let parent = ReadPlan.parent(of: stream), case .request(var request) = parent.origin else { return nil }
        request.pageSize = 1
        var paginator = Paginator(parent.name, request)
        let now = access.clock.now()
        let page = paginator.first(bookmark: nil, startDate: definition.startDate, now: now)
        let decoder = PageDecoder(
            request.envelope,
            layout: RecordLayout(parent, excluded: [], derived: [])
        )
        do {
            switch try await session.page(page, of: stream.name, canShrink: false, decode: decoder.decode) {
            case .refused(let error), .refusedPageSize(let error): return error
            case .page, .shrinkPage, .startTooRecent, .skipped: return nil
            }
        } catch let error as ExtractorError where !error.endsRun {
            return error
        }
    }
}
