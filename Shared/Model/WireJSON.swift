import Foundation

/// JSON as it is written to topics and bookkeeping: keys sorted, slashes as they are, no white space.
package enum WireJSON {
    package static func bytes(of value: some Encodable) throws -> [UInt8] {
        Array(try encoder.encode(value))
    }

    package static func text(of value: some Encodable) throws -> String {
        String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    private static var encoder: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return encoder
    }
}
