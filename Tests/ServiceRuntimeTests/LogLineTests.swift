import Foundation
import Logging
import Model
import Testing

@testable import ServiceRuntime

@Suite("Log lines")
struct LogLineTests {
    private struct FixedClock: WallClock {
        func now() -> Timestamp { Timestamp(seconds: 1_763_632_800) }
        func sleep(for duration: Duration) async throws {}
    }

    private func line(_ format: LogFormat, _ message: String, _ facts: Logger.Metadata) -> String {
        let handler = StandardErrorHandler(label: "deskpipe.loader", level: .info, format: format, clock: FixedClock())
        return handler.line(.warning, message, facts)
    }

    @Test("JSON has the names of OpenTelemetry's data model, one object a line")
    func json() throws {
        let text = line(.json, "batch loaded", [LogKeys.connection: "acme/support", LogKeys.rows: "7"])
        #expect(text.hasSuffix("}\n"))
        #expect(text.filter { $0 == "\n" }.count == 1)
        let object = try #require(JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
        #expect(object["timestamp"] as? String == "2025-11-20T10:00:00.000000Z")
        #expect(object["severity_text"] as? String == "WARN")
        #expect(object["severity_number"] as? Int == 13)
        #expect(object["body"] as? String == "batch loaded")
        let attributes = ["pipeline.connection.id": "acme/support", "db.response.returned_rows": "7"]
        #expect(object["attributes"] as? [String: String] == attributes)
        let resource = ["service.name": "deskpipe.loader", "service.version": Version.current]
        #expect(object["resource"] as? [String: String] == resource)
    }

    @Test("no fact forges a line, in either format", arguments: LogFormat.allCases)
    func forgery(format: LogFormat) {
        let text = line(format, "failed", [LogKeys.error: "a\n2026-01-01 ERROR forged\u{1b}[31m"])
        #expect(text.filter { $0 == "\n" }.count == 1)
        #expect(!text.contains("\u{1b}"))
    }

    @Test("what turns text around or hides it is shown, and an endless text is cut")
    func hidden() {
        for hidden in ["\u{202e}", "\u{2066}", "\u{200f}", "\u{0}", "\u{85}", "\u{2028}", "\u{9b}31m"] {
            let text = line(.text, "failed", [LogKeys.error: "a\(hidden)b", "k\(hidden)": "v"])
            let first = hidden.unicodeScalars.first
            #expect(!text.unicodeScalars.contains { $0 == first }, "\(hidden.debugDescription)")
        }
        #expect(line(.text, "failed", [LogKeys.error: "\(String(repeating: "x", count: 1 << 20))"]).utf8.count < 5000)
    }
}
