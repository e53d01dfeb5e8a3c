package import Model

/// Keys of messages: parts joined by `/`, each percent-encoded.
package enum MessageKey {
    package static func record(_ connection: ConnectionKey, _ recordKey: String) -> String {
        "\(connection)/\(recordKey)"
    }

    package static func bookmark(_ connection: ConnectionKey, _ stream: StreamName) -> String {
        "\(connection)/\(encoded(stream.rawValue))"
    }

    package static func state(_ connection: ConnectionKey) -> String { "\(connection)/@state" }

    package static func table(_ connection: ConnectionKey, _ table: String) -> String {
        "\(connection)/\(encoded(table))"
    }

    /// The key of a record from its key fields' values: each percent-encoded, joined by `,`.
    package static func recordKey(_ parts: [String]) -> String {
        parts.map(encoded).joined(separator: ",")
    }

    /// All but unreserved characters of RFC 3986 as `%XX`.
    package static func encoded(_ part: String) -> String {
        let isPlain = { (byte: UInt8) -> Bool in
            switch byte {
            case 0x30...0x39, 0x41...0x5a, 0x61...0x7a: true
            case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: "@"): true
            default: false
            }
        }
        if part.utf8.allSatisfy(isPlain) { return part }
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in part.utf8 {
            if isPlain(byte) {
                bytes.append(byte)
            } else {
                bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The connection whose state a key names; nil for any other key.
    package static func stateOwner(_ key: String) -> ConnectionKey? {
        connection(of: key).flatMap { key == state($0) ? $0 : nil }
    }

    /// The connection that a key begins with; nil where it names none.
    package static func connection(of key: String) -> ConnectionKey? {
        let parts = key.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count >= 2, let tenant = TenantID(rawValue: String(parts[0])),
            let connection = ConnectionID(rawValue: String(parts[1]))
        else { return nil }
        return ConnectionKey(tenant: tenant, connection: connection)
    }
}
