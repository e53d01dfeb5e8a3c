import Foundation
import Hummingbird
import Model

/// What a test in another process asks of the simulator itself. Needs no credentials, and leaves no trace in the
/// account.
///
/// `POST change` (``WorldChange``), `POST lists` (``ListChange``), `POST fault` (``Fault``, or an array of them) and
/// `DELETE fault`, `GET requests` (``RequestAccount``) and `DELETE requests`, `POST gates` (path to status, or to
/// null for an open one), `POST revoke` (all granted tokens), `GET truth/{stream}` (a line of JSON
/// per record, as the exports give it now; `ticket_metrics` too,
/// and every small table, Chat's under `chat/`; `?ids=1,2`: of these tickets, users and so on alone).
struct ControlEndpoints: Sendable {
    static let prefix = "/_simulator/"

    let server: SimulatorServer

    func answer(_ request: APIRequest) async -> Response {
        let name = String(request.path.dropFirst(Self.prefix.count))
        switch (request.method, name) {
        case ("POST", "change"):
            guard let change = decode(WorldChange.self, request) else { return Self.refusal }
            let summary = await server.world.change(change, at: request.time)
            return json(summary)
        case ("POST", "lists"):
            guard let change = decode(ListChange.self, request) else { return Self.refusal }
            return json(server.lists.change(change, at: request.time))
        case ("POST", "fault"):
            guard let faults = decode([Fault].self, request) ?? decode(Fault.self, request).map({ [$0] }) else {
                return Self.refusal
            }
            for fault in faults { server.desk.with { $0.faults.add(fault) } }
            return Response(status: .noContent)
        case ("DELETE", "fault"):
            server.desk.with { $0.faults.removeAll() }
            return Response(status: .noContent)
        case ("GET", "requests"):
            return json(server.desk.with { $0.account.shown })
        case ("DELETE", "requests"):
            server.desk.with { $0.clearAccount() }
            return Response(status: .noContent)
        case ("POST", "gates"):
            guard let gates = decode([String: Int?].self, request) else { return Self.refusal }
            for (path, status) in gates { server.desk.with { $0.gates.set(path, status) } }
            return Response(status: .noContent)
        case ("POST", "revoke"):
            server.desk.with { $0.tokens.revokeAll() }
            return Response(status: .noContent)
        case ("GET", _) where name.hasPrefix("truth/"):
            let ids = request.value("ids")?.split(separator: ",").compactMap { Int64($0) }
            return await listing(String(name.dropFirst(6)), of: ids)
        default:
            return Response(status: .notFound)
        }
    }

    private static var refusal: Response {
        let reason = ByteBuffer(string: "the body is not as it should be")
        return Response(status: .badRequest, body: ResponseBody(byteBuffer: reason))
    }

    private func decode<Value: Decodable>(_ type: Value.Type, _ request: APIRequest) -> Value? {
        // Which form was sent is found by trying, so a failure is no news.
        try? JSONDecoder().decode(type, from: Data(request.body))
    }

    private func json(_ value: some Encodable) -> Response {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        guard let body = try? encoder.encode(value) else { return Response(status: .internalServerError) }
        return Response(
            status: .ok,
            headers: [.contentType: "application/json"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: body))
        )
    }

    private func listing(_ name: String, of ids: [Int64]?) async -> Response {
        guard let first = await server.truth(name, of: ids, from: 0) else { return Response(status: .notFound) }
        let server = server
        let body = ResponseBody { writer in
            try await writer.write(ByteBuffer(bytes: first.lines.bytes))
            var start = first.next
            while let from = start, let part = await server.truth(name, of: ids, from: from) {
                try await writer.write(ByteBuffer(bytes: part.lines.bytes))
                start = part.next
            }
            try await writer.finish(nil)
        }
        return Response(status: .ok, headers: [.contentType: "application/x-ndjson"], body: body)
    }
}
