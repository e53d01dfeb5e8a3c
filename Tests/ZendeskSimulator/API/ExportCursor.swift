import Foundation

/// The cursor of an incremental export: base64 of `epoch.0||id|`.
struct ExportCursor: Sendable {
    var second: Int64
    var id: Int64

    init(second: Int64, id: Int64) {
        self.second = second
        self.id = id
    }

    init?(text: String) {
        guard let data = Data(base64Encoded: text) else { return nil }
        let parts = String(decoding: data, as: UTF8.self)
            .split(separator: "|", omittingEmptySubsequences: false)
        guard parts.count == 4, parts[1].isEmpty, parts[3].isEmpty, parts[0].hasSuffix(".0"),
            let second = Int64(parts[0].dropLast(2)), let id = Int64(parts[2])
        else { return nil }
        self.init(second: second, id: id)
    }

    var text: String { Data("\(second).0||\(id)|".utf8).base64EncodedString() }
}
