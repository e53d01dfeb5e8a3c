import Extractor
import Model
import ServiceRuntime

/// A finding of `check`, and the connection that it is about; nil: all of them.
struct CheckLine: Encodable {
    var connection: ConnectionKey?
    var finding: CheckFinding

    init(_ connection: ConnectionKey?, _ finding: CheckFinding) {
        self.connection = connection
        self.finding = finding
    }

    private enum CodingKeys: String, CodingKey {
        case connection, check, on, status, verdict, hint
        case exitCode = "exit_code"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encodeIfPresent(connection?.description, forKey: .connection)
        try container.encode(finding.check, forKey: .check)
        try container.encode(finding.subject, forKey: .on)
        try container.encode(finding.grade, forKey: .status)
        try container.encode(finding.verdict, forKey: .verdict)
        try container.encodeIfPresent(finding.hint, forKey: .hint)
        try container.encode(finding.exitCode.rawValue, forKey: .exitCode)
    }
}
