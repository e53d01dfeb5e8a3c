import JSONScan
import Messaging
package import Model

/// The subject that a record's event had, which `_sdc_rejected` does not keep. Pure.
enum RecordSubject {
    /// The key as the extractor writes it: the key fields' values, numbers as they are written.
    /// - Parameter data: a valid JSON value.
    /// - Returns: nil where a key field is missing or no key, or the stream has none.
    static func of(_ data: Bytes, key: [String]) -> String? {
        let bytes = data.span
        guard !key.isEmpty, !bytes.isEmpty, bytes[0] == UInt8(ascii: "{") else { return nil }
        var parts = [String?](repeating: nil, count: key.count)
        var members = JSONMembers(of: JSONNode(kind: .object, range: 0..<bytes.count))
        while let member = members.next(in: bytes) {
            guard let place = key.firstIndex(of: JSON.text(of: member.key, in: bytes)), parts[place] == nil else {
                continue
            }
            switch member.value.kind {
            case .string: parts[place] = JSON.text(of: member.value.range, in: bytes)
            case .number:
                parts[place] = bytes.extracting(member.value.range).withUnsafeBufferPointer {
                    String(decoding: $0, as: UTF8.self)
                }
            case .object, .array, .true, .false, .null: return nil
            }
        }
        let known = parts.compactMap(\.self)
        return known.count == key.count ? MessageKey.recordKey(known) : nil
    }
}

extension StoredRejection {
    /// The key of the record where it can be read.
    package func key(_ schema: StreamSchema) -> String? {
        let data = Bytes(row.record.utf8)
        // What is cut or was never JSON has no key to read.
        guard let root = try? JSON.validate(data.span, limits: JSONLimits(depth: 65)), root.kind == .object else {
            return nil
        }
        return RecordSubject.of(data[root.range], key: schema.key)
    }
}
