import Foundation
import FoundationNetworking
import Model
import Synchronization
import Testing
import ZendeskSimulator

/// A plain HTTP client, knowing nothing of Zendesk.
struct APIClient {
    /// An answer with its JSON, where it is JSON.
    struct Reply {
        var status: Int
        var headers: [String: String]
        var body: Data

        var text: String { String(decoding: body, as: UTF8.self) }

        /// The JSON object of the body.
        func object() throws -> [String: Any] {
            try #require(try JSONSerialization.jsonObject(with: body) as? [String: Any])
        }

        func records(_ envelope: String) throws -> [[String: Any]] {
            try #require(try object()[envelope] as? [[String: Any]])
        }
    }

    var simulator: Simulator
    var authorization: String? = "Bearer simulator-token"
    private let session: URLSession

    init(_ simulator: Simulator, authorization: String? = "Bearer simulator-token") {
        self.simulator = simulator
        self.authorization = authorization
        let configuration = URLSessionConfiguration.ephemeral
        configuration.timeoutIntervalForRequest = 600
        configuration.urlCache = nil
        session = URLSession(configuration: configuration)
    }

    /// - Parameter path: A path with its query, or a whole address.
    func send(_ method: String = "GET", _ path: String, body: String? = nil) async throws -> Reply {
        let address = path.hasPrefix("http") ? path : simulator.url + path
        var request = URLRequest(url: try #require(URL(string: address)))
        request.httpMethod = method
        request.httpBody = body.map { Data($0.utf8) }
        if body != nil { request.setValue("application/json", forHTTPHeaderField: "Content-Type") }
        if let authorization { request.setValue(authorization, forHTTPHeaderField: "Authorization") }
        let (data, response) = try await session.data(for: request)
        let http = try #require(response as? HTTPURLResponse)
        let headers = http.allHeaderFields.map { ("\($0.key)".lowercased(), "\($0.value)") }
        return Reply(status: http.statusCode, headers: Dictionary(headers) { first, _ in first }, body: data)
    }

    /// The present truth of a stream, a record a line.
    func truth(_ stream: String) async throws -> [[String: Any]] {
        try await send("GET", "/_simulator/truth/\(stream)").text.split(separator: "\n").map { line in
            try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        }
    }

    /// Follows a cursor export from `start` to its end; the pages, and the cursor after the last.
    func export(
        _ stream: String,
        start: String = "start_time=0",
        parameters: String = ""
    ) async throws -> (pages: [[[String: Any]]], cursor: String) {
        var pages: [[[String: Any]]] = []
        var query = start
        while true {
            try #require(pages.count < 200, "the export does not end")
            let reply = try await send("GET", "/api/v2/incremental/\(stream)/cursor.json?\(query)\(parameters)")
            #expect(reply.status == 200)
            pages.append(try reply.records(stream))
            let cursor = try #require(try reply.object()["after_cursor"] as? String)
            if try reply.object()["end_of_stream"] as? Bool == true { return (pages, cursor) }
            query = "cursor=\(cursor.replacing("=", with: "%3D"))"
        }
    }
}

/// A clock that stands still until it is moved.
final class SteppedClock: WallClock {
    private let time: Mutex<Timestamp>

    init(_ time: Timestamp) {
        self.time = Mutex(time)
    }

    func now() -> Timestamp { time.withLock { $0 } }

    func advance(by duration: Duration) {
        time.withLock { $0 = $0 + duration }
    }

    func sleep(for duration: Duration) async throws {
        advance(by: duration)
    }
}

extension SimulatorConfiguration {
    /// 2026-11-20T10:00:00Z, where the worlds of these tests end.
    static let end = Timestamp(seconds: 1_795_168_800)

    /// A small world without limits and without hold-back.
    static func open(
        tickets: Int = 20,
        sizes: [SimulatedStream: Int] = [:],
        seed: UInt64 = 1
    ) -> SimulatorConfiguration {
        var configuration = SimulatorConfiguration(
            world: WorldSettings(seed: seed, tickets: tickets, sizes: sizes, end: end),
            limits: .none,
            holdBack: .zero,
            clock: SteppedClock(end + .seconds(3600))
        )
        configuration.chat.newestStart = .zero
        return configuration
    }
}

/// The ids of records, in their order.
func ids(_ records: [[String: Any]]) -> [Int] { records.compactMap { $0["id"] as? Int } }
