import Foundation
import Testing

/// Reads a list to its end by the rules of its dialect, and checks those rules on the way.
struct ListReader {
    var client: APIClient
    var list: ListCase
    /// Records a page.
    var limit = 100

    init(_ client: APIClient, _ list: ListCase, limit: Int = 100) {
        self.client = client
        if list.name.hasPrefix("chat/") { self.client.authorization = "Bearer simulator-chat-token" }
        self.list = list
        self.limit = limit
    }

    /// The pages, without the repeats that some dialects bring.
    func pages() async throws -> [[[String: Any]]] {
        switch list.dialect {
        case .cursor: try await cursorPages()
        case .offset: try await offsetPages()
        case .single: [try await get("/api/v2/\(list.path).json").records(list.envelope)]
        case .openTime: try await timePages()
        case .articles: try await articlePages()
        case .array: [try await array("/api/v2/\(list.path)")]
        case .object: [[try await get("/api/v2/\(list.path)").object()]]
        case .sinceID, .bans: try await pagesSinceID()
        case .chat, .chatMicroseconds: try await chatPages(start: "start_time=0")
        }
    }

    func get(_ path: String) async throws -> APIClient.Reply {
        let reply = try await client.send("GET", path)
        #expect(reply.status == 200, "\(path)")
        return reply
    }

    /// Follows `links.next` until `meta.has_more` is false.
    private func cursorPages() async throws -> [[[String: Any]]] {
        var pages: [[[String: Any]]] = []
        var path = "/api/v2/\(list.path).json?page%5Bsize%5D=\(limit)"
        while true {
            let reply = try await get(path)
            pages.append(try reply.records(list.envelope))
            let meta = try #require(try reply.object()["meta"] as? [String: Any])
            #expect((meta["after_cursor"] is NSNull) == (pages.last?.isEmpty == true))
            let hasMore = try #require(meta["has_more"] as? Bool)
            if list.envelope == "links" {
                if !hasMore { return pages }
                let cursor = try #require(meta["after_cursor"] as? String).replacing("=", with: "%3D")
                path = "/api/v2/\(list.path)?page%5Bsize%5D=\(limit)&page%5Bafter%5D=\(cursor)"
                continue
            }
            let next = try #require(try reply.object()["links"] as? [String: Any])["next"] as? String
            #expect((next == nil) == (pages.last?.isEmpty == true), "the last page has its link too")
            if !hasMore { return pages }
            path = try #require(next)
            try #require(pages.count < 50, "the list does not end")
        }
    }

    private func offsetPages() async throws -> [[[String: Any]]] {
        var pages: [[[String: Any]]] = []
        var path: String? = "/api/v2/\(list.path).json?per_page=\(limit)"
        while let next = path {
            let reply = try await get(next)
            pages.append(try reply.records(list.envelope))
            path = try reply.object()["next_page"] as? String
            try #require(pages.count < 50, "the list does not end")
        }
        return pages
    }

    /// Follows `next_page`, which is never null, until a page brings nothing new.
    private func timePages() async throws -> [[[String: Any]]] {
        var pages: [[[String: Any]]] = []
        var known: Set<String> = []
        var path = "/api/v2/\(list.path).json?start_time=0&per_page=\(limit)"
        while true {
            let reply = try await get(path)
            let object = try reply.object()
            #expect(object["end_of_stream"] == nil)
            let records = try reply.records(list.envelope)
            #expect(object["count"] as? Int == records.count)
            if !known.isEmpty { #expect(!records.isEmpty, "the last record comes for ever") }
            let new = records.filter { known.insert(list.key($0)).inserted }
            if new.isEmpty { return pages.isEmpty ? [[]] : pages }
            pages.append(new)
            path = try #require(object["next_page"] as? String)
            try #require(pages.count < 50, "the export does not end")
        }
    }

    /// Follows `next_page` until it is null or a page is empty.
    private func articlePages() async throws -> [[[String: Any]]] {
        var pages: [[[String: Any]]] = []
        var known: Set<String> = []
        var path: String? = "/api/v2/\(list.path).json?start_time=0&per_page=\(limit)"
        while let next = path {
            let reply = try await get(next)
            let records = try reply.records(list.envelope)
            if records.isEmpty { break }
            pages.append(records.filter { known.insert(list.key($0)).inserted })
            path = try reply.object()["next_page"] as? String
            try #require(pages.count < 50, "the export does not end")
        }
        return pages
    }

    /// Asks from the last id and one on, over all lists of the answer, until a page is empty.
    private func pagesSinceID() async throws -> [[[String: Any]]] {
        var pages: [[[String: Any]]] = []
        var since = 0
        while true {
            let path = "/api/v2/\(list.path)?since_id=\(since)&limit=\(limit)"
            let records: [[String: Any]]
            if list.dialect == .bans {
                let reply = try await get(path)
                records = try reply.records("visitor") + reply.records("ip_address")
            } else {
                records = try await array(path)
            }
            if records.isEmpty { return pages }
            #expect(records.count <= limit)
            pages.append(records.sorted { ids([$0])[0] < ids([$1])[0] })
            since = try #require(ids(records).max()) + 1
            try #require(pages.count < 50, "the list does not end")
        }
    }

    /// Follows `next_page`, which is never null, until a page brings nothing or stays where it is.
    func chatPages(start: String) async throws -> [[[String: Any]]] {
        var pages: [[[String: Any]]] = []
        var path = "/api/v2/\(list.path)?fields=\(list.envelope)(*)&limit=\(limit)&\(start)"
        while true {
            let reply = try await get(path)
            let object = try reply.object()
            let records = try reply.records(list.envelope)
            #expect(object["count"] as? Int == records.count)
            let next = try #require(object["next_page"] as? String)
            if list.dialect == .chatMicroseconds {
                #expect(object["end_id"] == nil)
                // The last record comes again: its time is all that says where it was.
                let known = Set(pages.joined().map(list.key))
                let new = records.filter { !known.contains(list.key($0)) }
                if new.isEmpty { return pages }
                pages.append(new)
            } else {
                if records.isEmpty { return pages }
                #expect(object["end_id"] as? String == records.last?["id"] as? String)
                pages.append(records)
            }
            path = next
            try #require(pages.count < 50, "the export does not end")
        }
    }

    private func array(_ path: String) async throws -> [[String: Any]] {
        try #require(try JSONSerialization.jsonObject(with: try await get(path).body) as? [[String: Any]])
    }
}
