import Foundation
import FoundationNetworking
import Model
import Work

/// The simulator, asked over HTTP.
struct SimulatorAccount: Sendable {
    /// The simulator's own token, by the name that run.sh gives it in the environment.
    static let tokenVariable = BenchAccount.tokenVariable
    static let token = "simulator-token"

    let url: String

    /// The first pages of the export of tickets.
    /// - Parameter size: tickets of a page.
    func ticketPages(_ count: Int, of size: Int = 1000) async throws -> [[UInt8]] {
        var pages: [[UInt8]] = []
        try await read("incremental/tickets/cursor.json?include=metric_sets&", size) { page in
            pages.append(Array(page))
            return pages.count < count
        }
        return pages
    }

    /// Reads the exports that have cursors from their start to their end and drops all.
    func drain() async throws {
        for path in ["incremental/tickets/cursor.json?include=metric_sets&", "incremental/users/cursor.json?"] {
            try await read(path, 1000) { _ in true }
        }
    }

    private func read(_ path: String, _ size: Int, _ goesOn: (Data) -> Bool) async throws {
        var rest = "start_time=0"
        while true {
            let page = try await get("/api/v2/\(path)per_page=\(size)&\(rest)")
            guard goesOn(page) else { return }
            // What follows the records is far shorter than this.
            let tail = String(decoding: page.suffix(1000), as: UTF8.self)
            if tail.contains("\"end_of_stream\":true") { return }
            guard let start = tail.range(of: "\"after_cursor\":\"")?.upperBound,
                let end = tail[start...].firstIndex(of: "\"")
            else { throw BenchError("a page of \(path) has no cursor") }
            rest = "cursor=\(tail[start..<end])"
        }
    }

    private func get(_ target: String) async throws -> Data {
        guard let url = URL(string: url + target) else { throw BenchError("not a URL: \(url)\(target)") }
        var request = URLRequest(url: url)
        request.setValue("Bearer \(Self.token)", forHTTPHeaderField: "Authorization")
        let (data, response) = try await URLSession.shared.data(for: request)
        guard (response as? HTTPURLResponse)?.statusCode == 200 else {
            throw BenchError("\(target) answered \(String(decoding: data.prefix(200), as: UTF8.self))")
        }
        return data
    }
}
