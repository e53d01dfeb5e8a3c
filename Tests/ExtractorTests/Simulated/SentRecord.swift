import Foundation

/// A record as the simulator has it, or as it was published.
struct SentRecord: Equatable {
    private let json: Data

    /// - Throws: When it is no JSON object.
    init(_ json: Data) throws {
        self.json = json
        if try parsed() == nil { throw CocoaError(.coderReadCorrupt) }
    }

    /// The fields, without what is spliced out at extraction.
    private func parsed() throws -> NSDictionary? {
        guard var object = try JSONSerialization.jsonObject(with: json) as? [String: Any] else { return nil }
        object["fields"] = nil
        return NSDictionary(dictionary: object)
    }

    subscript(name: String) -> Any? {
        // It was read before.
        (try? parsed())?[name]
    }

    /// The same bytes, which is quickly seen, or the same values.
    static func == (first: SentRecord, second: SentRecord) -> Bool {
        first.json == second.json || (try? first.parsed()) == (try? second.parsed())
    }
}
