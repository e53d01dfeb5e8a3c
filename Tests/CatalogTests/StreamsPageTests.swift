import Foundation
import Testing

@Suite("docs/streams.md")
struct StreamsPageTests {
    private static let path = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "docs/streams.md")

    @Test("says what the catalogue says; DESKPIPE_UPDATE_DOCS=1 writes it anew")
    func generated() throws {
        let page = try String(contentsOf: Self.path, encoding: .utf8)
        let begin = try #require(page.range(of: StreamsPage.begin + "\n"))
        let end = try #require(page.range(of: StreamsPage.end))
        let expected = "\n" + StreamsPage.text + "\n"
        if ProcessInfo.processInfo.environment["DESKPIPE_UPDATE_DOCS"] == "1" {
            let updated = page.replacingCharacters(in: begin.upperBound..<end.lowerBound, with: expected)
            try updated.write(to: Self.path, atomically: true, encoding: .utf8)
        } else {
            #expect(page[begin.upperBound..<end.lowerBound] == expected)
        }
    }
}
