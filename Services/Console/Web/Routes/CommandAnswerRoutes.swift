import Console
import Hummingbird
import Messaging
import Model

/// What commands of the terminal print with `-o json`, to the byte, for programs that ask the console for it. What they
/// print in the shape of ``APIRoutes`` is there.
struct CommandAnswerRoutes {
    /// Reports that one answer has at most.
    private static let mostReports = 100_000

    let facts: Facts
    let transport: any Transport
    let namespace: Namespace
    /// Reading a topic from its start takes its time, and a connection to the log.
    private let readings = TopicReadings()

    init(facts: Facts, transport: any Transport, namespace: Namespace) {
        self.facts = facts
        self.transport = transport
        self.namespace = namespace
    }

    func add(to router: Router<ConsoleContext>) {
        router.get("/api/v1/status") { request, _ in
            JSONAnswer.response(try facts.fleet(try request.query().filter()).connections)
        }
        router.get("/api/v1/reports/tables") { request, _ in
            let (filter, now) = (try request.query().filter(), facts.now())
            return JSONAnswer.response(try facts.snapshot().each(of: filter) { LoadsView($0, of: $1, at: now) })
        }
        router.get("/api/v1/reports/runs") { request, _ in
            let (query, now) = (try request.query(), facts.now())
            let day = try query.day() ?? Day(of: now)
            let views = try facts.snapshot().each(of: try query.filter()) {
                ExtractionsView($0, of: $1, on: day, at: now)
            }
            return JSONAnswer.response(views)
        }
        router.get("/api/v1/reports/loading") { request, _ in
            let query = try request.query()
            let reports = try reports(query)
            return JSONAnswer.response(try await readings.one { try await reports.loads(table: query["table"]) })
        }
        router.get("/api/v1/reports/extraction") { request, _ in
            let reports = try reports(try request.query())
            return JSONAnswer.response(try await readings.one { try await reports.runs() })
        }
        router.get("/api/v1/rejects/reported") { request, _ in
            let filter = try request.query().filter()
            return JSONAnswer.response(try facts.snapshot().each(of: filter) { RejectedView($0, of: $1) })
        }
        router.get("/api/v1/logs") { request, _ in
            let lines = try await lines(try request.query())
            let body = ResponseBody { writer in
                for line in lines { try await writer.write(ByteBuffer(string: try WireJSON.text(of: line) + "\n")) }
                try await writer.finish(nil)
            }
            return Response(status: .ok, headers: [.contentType: "application/x-ndjson"], body: body)
        }
    }

    private func reports(_ query: FormFields) throws(Refusal) -> NewestReports {
        guard let limit = query["limit"].map({ Int($0) }) ?? NewestReports.usualLimit,
            (1...Self.mostReports).contains(limit)
        else { throw .notFound }
        return NewestReports(transport, namespace, of: try query.filter(), limit: limit)
    }

    private func lines(_ query: FormFields) async throws -> [LogLine] {
        guard let level = query["level"].map({ LogLine.Level(rawValue: $0) }) ?? .debug else { throw Refusal.notFound }
        let filter = try query.filter()
        let stream = query["stream"].map(StreamName.init(rawValue:))
        return try await readings.one {
            var selection = LogSelection(of: filter, run: query["run"], level: level, stream: stream)
            var tail = LogTail(transport, of: filter, topic: namespace.extractionLogs)
            try await tail.readOn { selection.add($0) }
            return selection.found
        }
    }
}
