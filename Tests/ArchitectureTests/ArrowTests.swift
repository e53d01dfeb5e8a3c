import Foundation
import Testing

/// The arrows between targets, read from every import of every source file.
@Suite("Architecture")
struct ArrowTests {
    /// What each target may import of ours; an arrow that is not here is forbidden.
    private static let allowed: [String: Set<String>] = [
        "Shared/Model": [],
        "Shared/JSONScan": [],
        "Shared/Failpoints": ["Model"],
        "Shared/Catalog": ["Model"],
        "Shared/Messaging": ["Model", "JSONScan"],
        "Shared/RDKafka": ["CLibrdkafka"],
        "Shared/LibPQ": ["CLibpq"],
        "Shared/Transports": ["Messaging", "Model", "Failpoints", "RDKafka"],
        "Shared/HTTPServing": [],
        "Shared/ServiceRuntime": ["Model", "CMalloc"],
        "Services/Extractor": ["Model", "JSONScan", "Catalog", "Messaging", "Failpoints", "ServiceRuntime"],
        "Services/Loader": ["Model", "JSONScan", "Catalog", "Messaging", "Failpoints", "ServiceRuntime"],
        "Services/Loader/Destinations": ["Loader", "Model", "JSONScan", "Failpoints", "LibPQ", "CZlib"],
        "Services/Console": ["Model", "JSONScan", "Catalog", "Messaging", "ServiceRuntime"],
        "Services/Console/Web": ["Console", "Model", "Catalog", "Messaging", "ServiceRuntime", "HTTPServing"],
        "Services/Deskpipe": [
            "Model", "JSONScan", "Catalog", "Messaging", "Failpoints", "Transports", "RDKafka", "LibPQ",
            "ServiceRuntime", "Extractor", "Loader", "Destinations", "Console", "ConsoleWeb",
        ],
        "Tests/ZendeskSimulator": ["Model", "HTTPServing"],
        "Tests/ZendeskSimulator/Command": ["ZendeskSimulator", "Model"],
    ]

    private static let ours: Set<String> = [
        "Model", "JSONScan", "Catalog", "Messaging", "Failpoints", "RDKafka", "LibPQ", "CLibrdkafka", "CLibpq",
        "CMalloc", "CZlib", "Transports", "HTTPServing", "ServiceRuntime", "Extractor", "Loader", "Destinations",
        "Deskpipe", "ZendeskSimulator", "Console", "ConsoleWeb",
    ]

    /// Heavy packages, and the only targets that may bring them in.
    private static let heavy: [String: Set<String>] = [
        "AsyncHTTPClient": ["Services/Extractor", "Services/Console"],
        "Hummingbird": ["Shared/HTTPServing", "Tests/ZendeskSimulator", "Services/Console/Web"],
        "Mustache": ["Services/Console/Web"],
        "GRDB": ["Shared/Transports", "Services/Loader/Destinations"],
        "GRDBSQLite": ["Shared/Transports", "Services/Loader/Destinations"],
        "Yams": ["Services/Deskpipe"],
    ]

    @Test("a target imports only what the architecture allows", arguments: allowed.keys.sorted())
    func arrows(target: String) throws {
        let files = try Self.files(of: target)
        #expect(!files.isEmpty)
        for file in files {
            for module in try Self.imports(of: file) where Self.ours.contains(module) {
                #expect(
                    Self.allowed[target]?.contains(module) == true,
                    "\(file.lastPathComponent) of \(target) imports \(module)"
                )
            }
        }
    }

    @Test("heavy packages stay in the targets that need them", arguments: allowed.keys.sorted())
    func heavyPackages(target: String) throws {
        for file in try Self.files(of: target) {
            for module in try Self.imports(of: file) {
                guard let holders = Self.heavy[module] else { continue }
                #expect(holders.contains(target), "\(file.lastPathComponent) of \(target) imports \(module)")
            }
        }
    }

    @Test("C handles stay behind their owners")
    func cNames() throws {
        for target in Self.allowed.keys where target != "Shared/RDKafka" && target != "Shared/LibPQ" {
            for file in try Self.files(of: target) {
                let text = try String(contentsOf: file, encoding: .utf8)
                #expect(text.range(of: #"\brd_kafka_[a-z_]+\("#, options: .regularExpression) == nil, "\(file.path)")
                #expect(text.range(of: #"\bPQ[a-z]+\("#, options: .regularExpression) == nil, "\(file.path)")
            }
        }
    }

    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// The Swift files below the target's folder, less those of targets nested in it.
    private static func files(of target: String) throws -> [URL] {
        let folder = root.appending(path: target)
        let nested = allowed.keys.filter { $0.hasPrefix(target + "/") }.map { root.appending(path: $0).path + "/" }
        let all = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)
        return (all?.compactMap { $0 as? URL } ?? []).filter { file in
            file.pathExtension == "swift" && !nested.contains { file.path.hasPrefix($0) }
        }
    }

    private static func imports(of file: URL) throws -> [String] {
        try String(contentsOf: file, encoding: .utf8).split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ")
            guard let place = words.firstIndex(of: "import"), place <= 2, words.count > place + 1,
                words[..<place].allSatisfy({ $0.hasPrefix("@") || accessLevels.contains(String($0)) })
            else { return nil }
            let name =
                ["struct", "class", "enum", "func", "protocol"].contains(words[place + 1])
                ? words[place + 2] : words[place + 1]
            return String(name.prefix { $0 != "." })
        }
    }

    private static let accessLevels: Set<String> = ["public", "package", "internal", "fileprivate", "private"]
}
