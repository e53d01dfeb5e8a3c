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
        case connection
    }

    func encode(to encoder: any Encoder) throws {
        try finding.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encodeIfPresent(connection?.description, forKey: .connection)
    }
}
