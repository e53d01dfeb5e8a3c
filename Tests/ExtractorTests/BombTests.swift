import Catalog
import Extractor
import Foundation
import Model
import TestSupport
import Testing

/// Answers that are made to fill the memory, each read in a process of its own whose peak is looked at.
@Suite("Bombs", .serialized, .timeLimit(.minutes(5)))
struct BombTests {
    @Test("an answer that inflates to eight times the bound takes the bound's memory, not its own")
    func gzip() async {
        await #expect(processExitsWith: .success) {
            let body = gzipBomb(inflatedBytes: HTTPConnections.maxBodyBytes * 8)
            let server = try CannedServer([CannedServer.answer("200 OK", ["content-encoding: gzip"], body: body)])
            defer { server.close() }
            var definition = try connection()
            definition.endpoint = server.url
            let connections = HTTPConnections(environment: [:])
            let client = try ZendeskClient(definition, connections: connections, userAgent: "deskpipe/1.2.3")
            let memory = try PeakMemory()
            await #expect(throws: RequestFailure.tooLarge) {
                _ = try await client.get("/api/v2/groups.json", authorization: Secret("Bearer t"))
            }
            let grown = try memory.grown()
            #expect(grown < 3 * HTTPConnections.maxBodyBytes, "\(grown >> 20) MiB")
            await connections.close()
        }
    }

    /// What fills a page's list to its end, and how often at most its bytes may be taken for it.
    private static let fillings = [
        "{},", "0,", #"{"id":1},"#, "[],", "\"\",", "[[[[[[[[[[[[[[[[],1],1],1],1],1],1],1],1],1],1],1],1],1],1],1],",
    ]

    @Test("a page of as many values as fit takes a few times its own bytes at most", arguments: fillings.indices)
    func values(filling: Int) async {
        await #expect(processExitsWith: .success) { [filling] in try BombTests.read(filling) }
    }

    private static func read(_ filling: Int) throws {
        let part = Array(fillings[filling].utf8)
        var page = Array(#"{"things":["#.utf8)
        page.reserveCapacity(HTTPConnections.maxBodyBytes)
        while page.count + part.count + 2 < HTTPConnections.maxBodyBytes / 4 { page += part }
        page.removeLast()
        page += Array("]}".utf8)
        let memory = try PeakMemory()
        #expect(throws: PageError.tooManyRecords) { try PageDecoderTests.decoder().decode(page) }
        let grown = try memory.grown()
        #expect(grown < 64 << 20, "\(grown >> 20) MiB")
    }

    @Test("a record of as many members, levels or digits as fit takes a few times its own bytes at most")
    func records() async {
        await #expect(processExitsWith: .success) {
            let size = 8 << 20
            for (open, part, close) in [
                ("{", #""a":0,"#, #""z":0}"#), ("", "[", ""), ("", #"{"a":"#, ""), ("1", "9", ""),
                ("\"", "\\u0041", "\""),
            ] {
                let record = open + String(repeating: part, count: size / part.utf8.count) + close
                let page = PageDecoderTests.page(#"{"id":5,"d":\#(record)}"#)
                let memory = try PeakMemory()
                do {
                    let read = try PageDecoderTests.decoder().decode(page)
                    #expect(read.streams[0].records.map { $0.rejection == nil } == [false])
                } catch { #expect(error is PageError) }
                let grown = try memory.grown()
                #expect(grown < 4 * size, "\(grown >> 20) MiB")
            }
        }
    }
}
