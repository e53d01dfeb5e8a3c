import Catalog
import Model

extension ConnectionCheck {
    /// What a scheduled service does with a parked stream.
    private static let parkedHint =
        "parked streams are tried again weekly, and at once by `deskpipe run --once`; `streams: { exclude: [...] }` "
        + "leaves them out"

    /// The verdict on each stream, in their order. Streams out of the same pages are asked for once.
    func verdicts(
        of streams: [StreamDefinition],
        _ probe: CheckProbe,
        _ limits: inout SeenLimits
    ) async throws -> [CheckFinding] {
        var seen: [String: Answer] = [:]
        var findings: [CheckFinding] = []
        for stream in streams {
            guard let source = Self.source(of: stream) else { continue }
            let target = SampleTarget.target(
                of: source.request,
                of: stream.name,
                start: definition.startDate,
                now: access.clock.now()
            )
            let answer: Answer
            if let known = seen[source.request.path] {
                answer = known
            } else {
                answer = try await ask(target, probe, &limits)
                seen[source.request.path] = answer
            }
            findings.append(Self.finding(on: stream, answer, origin: source.words, host: probe.host))
        }
        return findings
    }

    /// What an endpoint said.
    private enum Answer {
        case response(status: Int, detail: String?)
        case failed(ExtractorError)
    }

    private func ask(_ target: String, _ probe: CheckProbe, _ limits: inout SeenLimits) async throws -> Answer {
        do {
            let response = try await probe.ask(target)
            limits.note(response)
            return .response(status: response.status, detail: ErrorDetail(response.body)?.text)
        } catch let error as ExtractorError where !error.endsRun {
            return .failed(error)
        }
    }

    /// The request that shows whether a stream can be read: its own, or that of the stream it comes out of.
    private static func source(of stream: StreamDefinition) -> (request: Request, words: String)? {
        switch stream.origin {
        case .request(let request): return (request, "")
        case .field(_, let parent), .list(_, let parent), .elements(_, let parent):
            return parentRequest(parent, stream.source).map { ($0, "out of \(parent)") }
        case .perRecord(_, let parent):
            return parentRequest(parent, stream.source).map { ($0, "a request for each of \(parent)") }
        }
    }

    private static func parentRequest(_ name: StreamName, _ source: Source) -> Request? {
        guard let parent = Catalog.stream(name, of: source) else { return nil }
        if case .request(let request) = parent.origin { return request }
        return parent.origin.parent.flatMap { parentRequest($0, source) }
    }

    private static func finding(
        on stream: StreamDefinition,
        _ answer: Answer,
        origin: String,
        host: String
    ) -> CheckFinding {
        let name = stream.name.rawValue
        let said: (Int, String?)
        switch answer {
        case .failed(let error): return CheckFinding("stream", on: name, error)
        case .response(let status, let detail): said = (status, detail)
        }
        switch said.0 {
        case 200..<300: return CheckFinding("stream", on: name, .ok, origin.isEmpty ? "ok" : "ok, \(origin)")
        case 402, 403, 404:
            let refusal = ExtractorError.permission(
                stream.name,
                status: said.0,
                detail: said.1,
                source: stream.source
            )
            guard !stream.isEssential else { return CheckFinding("stream", on: name, refusal) }
            return CheckFinding("stream", on: name, .warning, "parked: \(reason(stream, said))", hint: parkedHint)
        default:
            return CheckFinding(
                "stream",
                on: name,
                ExtractorError.requestRefused(stream.name, status: said.0, detail: said.1)
            )
        }
    }

    /// Why an account, or its user, has no such stream.
    private static func reason(_ stream: StreamDefinition, _ said: (status: Int, detail: String?)) -> String {
        let quoted = said.detail.map { " (\(said.status), \"\($0)\")" } ?? " (\(said.status))"
        if said.detail?.lowercased().contains("scope") == true { return "role: the token's scope lacks it\(quoted)" }
        if said.status == 404 { return "not installed\(stream.gate.map { ": needs \($0)" } ?? "")\(quoted)" }
        if let gate = stream.gate { return "plan: needs \(gate)\(quoted)" }
        return "role: not for this user\(quoted)"
    }
}
