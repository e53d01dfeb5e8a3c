import Foundation
import Testing

/// The failpoints, where they are hit, and what docs/reliability.md says of both, read from the sources.
@Suite("Failpoints in the sources")
struct FailpointPlaceTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    @Test("each is hit in exactly the places that docs/reliability.md names")
    func places() throws {
        let names = try Self.names()
        #expect(names.count > 30)
        var hit: [String: [String]] = [:]
        for (file, text) in try Self.sources() {
            for match in text.matches(of: /Failpoint\.([a-zA-Z]+)\.hit\(/) {
                let name = try #require(names[String(match.1)], "\(file) hits \(match.1), which is none")
                hit[name, default: []].append(file)
            }
        }
        let documented = try Self.documented()
        #expect(Set(documented.keys) == Set(names.values))
        for name in names.values.sorted() {
            let places = (hit[name] ?? []).sorted()
            #expect(!places.isEmpty, "\(name) is hit nowhere")
            #expect(documented[name] == places, "\(name)")
        }
    }

    @Test("those that can fail are hit with an error everywhere, the others nowhere")
    func errors() throws {
        let declaration = try Self.text("Shared/Failpoints/Failpoint.swift")
        let list = try #require(declaration.split(separator: "var canFail: Bool {").last)
        let failing = Set(try #require(list.split(separator: "true").first).matches(of: /\.([a-zA-Z]+)/).map { $0.1 })
        for (file, text) in try Self.sources() {
            for match in text.matches(of: /Failpoint\.([a-zA-Z]+)\.hit\((orFail)?/) {
                #expect((match.2 != nil) == failing.contains(match.1), "\(match.1) in \(file)")
            }
        }
    }

    /// The failpoints' names by their cases.
    private static func names() throws -> [String: String] {
        let text = try text("Shared/Failpoints/Failpoint.swift")
        let cases = text.matches(of: /\n    case ([a-zA-Z]+) = "([a-z-]+)"/)
        return Dictionary(cases.map { (String($0.1), String($0.2)) }) { first, _ in first }
    }

    /// The files, without `.swift`, in which the page says that each is hit.
    private static func documented() throws -> [String: [String]] {
        // Later parts of the page have tables of other things.
        let page = try text("docs/reliability.md")
        let part = try #require(page.split(separator: "\n## Chaos\n").first)
        let rows = part.matches(of: /\n\| `([a-z-]+)` \| ([^|]+) \|/)
        return Dictionary(
            rows.map { row in
                let places = row.2.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
                return (String(row.1), places.sorted())
            }
        ) { first, _ in first }
    }

    private static func sources() throws -> [(file: String, text: String)] {
        try ["Shared", "Services"].flatMap { folder in
            let all = FileManager.default.enumerator(at: root.appending(path: folder), includingPropertiesForKeys: nil)
            return try (all?.compactMap { $0 as? URL } ?? []).filter { $0.pathExtension == "swift" }
                .map { ($0.deletingPathExtension().lastPathComponent, try String(contentsOf: $0, encoding: .utf8)) }
        }
    }

    private static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }
}
