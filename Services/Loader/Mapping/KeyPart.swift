/// One field of a record's key, as a cell.
package struct KeyPart: Sendable {
    var type: CellType
    /// Where its value stands in the record.
    var position: Int
    var word: Int64
    /// The text of a text or decimal.
    var bytes: [UInt8]

    var text: String {
        switch type {
        case .integer, .timestamp: String(word)
        case .boolean: word == 1 ? "true" : "false"
        case .text, .decimal: String(decoding: bytes, as: UTF8.self)
        }
    }
}
