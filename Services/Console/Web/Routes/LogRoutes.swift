import Console
import Foundation
import Hummingbird
import Messaging
import Model

/// The log of a run: as a page, as files, and as it grows.
struct LogRoutes {
    let facts: Facts
    let logs: RunLogs
    let renderer: Renderer
    let events: EventAnswer

    func add(to router: Router<ConsoleContext>) {
        router.get("/c/:tenant/:connection/runs/:run") { request, context in
            let (key, run) = (try context.connection(), try context.run())
            let filter = LogFilter(try request.query())
            let name = try facts.definition(key).name.escapedForPeople
            let log = try await logs.log(of: run, key, filter)
            let row = try await facts.run(run, key)
            let page = RunPage(log, row: row, of: key, name: name, filter: filter).page()
            return renderer.response(page, session: context.session)
        }
        router.get("/c/:tenant/:connection/runs/:run/follow") { request, context in
            let (key, run) = (try context.connection(), try context.run())
            let query = try request.query()
            return try follow(run, key, LogFilter(query), from: query["after"].flatMap { Int64($0) } ?? 0)
        }
        router.get("/c/:tenant/:connection/runs/:run/log.txt") { _, context in
            try await download(context, name: "log.txt", type: "text/plain; charset=utf-8") { $0.plainText }
        }
        router.get("/c/:tenant/:connection/runs/:run/log.jsonl") { _, context in
            try await download(context, name: "log.jsonl", type: "application/x-ndjson") { line in
                try WireJSON.text(of: line) + "\n"
            }
        }
    }

    /// What a run says from now on, as items of the page's list, until it ends.
    private func follow(
        _ run: RunID,
        _ key: ConnectionKey,
        _ filter: LogFilter,
        from start: Int64
    ) throws(Refusal) -> Response {
        try events.response((offset: start, hasEnded: false)) { known in
            if known.hasEnded { return .end("end") }
            // Asked before the lines are read: those of a run that has ended are all there.
            known.hasEnded = try await facts.run(run, key).map { $0.status != .running } ?? false
            var items = ""
            known.offset = try await logs.lines(of: run, key, from: known.offset) { line in
                guard filter.wants(line) else { return }
                items += renderer.part(RunPage.Line(line, search: filter.search), template: "log-line")
            }
            // In JSON a line break is no line break, as the data of an event has none.
            return items.isEmpty ? .nothing : .event("lines", try WireJSON.text(of: items))
        }
    }

    private func download(
        _ context: ConsoleContext,
        name: String,
        type: String,
        _ text: @escaping @Sendable (LogLine) throws -> String
    ) async throws -> Response {
        let (key, run) = (try context.connection(), try context.run())
        _ = try facts.definition(key)
        var bytes = ByteBuffer()
        _ = try await logs.lines(of: run, key, from: 0) { line in
            guard bytes.readableBytes < Self.largestFile else { return }
            bytes.writeString(try text(line))
        }
        let file = "deskpipe-\(key.tenant)-\(key.connection)-\(run)-\(name)"
        var headers: HTTPFields = [.contentType: type]
        headers[.contentDisposition] = "attachment; filename=\"\(file)\""
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: bytes))
    }

    /// As much as Stitch gives.
    private static let largestFile = 50 << 20
}
