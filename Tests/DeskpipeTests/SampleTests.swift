import Foundation
import Model
import Testing

@testable import Deskpipe

@Suite("Sample configuration")
struct SampleTests {
    @Test("is accepted as it stands")
    func plain() throws {
        let settings = try Settings(file: Self.path, environment: [:])
        #expect(settings.connections.first?.definition.key.description == "acme/support")
    }

    @Test("every setting that is commented out is accepted too, one at a time")
    func commented() throws {
        let lines = try String(contentsOfFile: Self.path, encoding: .utf8)
            .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        var tried = 0
        for (index, line) in lines.enumerated() {
            guard let setting = line.firstMatch(of: #/^(\ *)#\ ((?:\ \ )?[a-z_]+:.*)$/#) else { continue }
            var changed = lines
            changed[index] = "\(setting.1)\(setting.2)"
            // An alternative takes the place of the line before it that has the same key; a nested one needs its parent.
            let key = setting.2.prefix { $0 != ":" }
            for (other, text) in changed.enumerated() where other != index && text.hasPrefix("\(setting.1)\(key):") {
                changed[other] = ""
            }
            if setting.2.hasPrefix("  ") { changed[index] = "destinations:\n" + changed[index] }
            let yaml = changed.joined(separator: "\n").replacing("destination: warehouse", with: "destination: sqlite")
            guard !line.contains("destinations:"), !line.contains("# destination: warehouse") else { continue }
            _ = try Settings(yaml: yaml, file: "sample", environment: [:])
            tried += 1
        }
        #expect(tried >= 12)
    }

    private static let path = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "deploy/deskpipe.yaml").path
}
