import Model

/// A request to the simulated API, taken apart.
struct APIRequest: Sendable {
    var method: String
    /// Without `.json`, which Zendesk's paths may end in or not.
    var path: String
    /// The query as it came, still encoded.
    var rawQuery: String
    /// `http://host:port` as the client knows it: links to further pages start with it.
    var origin: String
    var authorization: String?
    var acceptsGzip: Bool
    var body: [UInt8]
    var time: Timestamp
    /// What the path gives for the placeholders of its endpoint.
    var captures: [String: String] = [:]

    private let query: [(name: String, value: String)]

    init(
        method: String,
        path: String,
        rawQuery: String = "",
        origin: String = "",
        authorization: String? = nil,
        acceptsGzip: Bool = false,
        body: [UInt8] = [],
        time: Timestamp
    ) {
        self.method = method
        self.path = path.hasSuffix(".json") ? String(path.dropLast(5)) : path
        self.rawQuery = rawQuery
        self.origin = origin
        self.authorization = authorization
        self.acceptsGzip = acceptsGzip
        self.body = body
        self.time = time
        query = rawQuery.split(separator: "&").map { item in
            let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            return (Self.decoded(parts[0]), parts.count > 1 ? Self.decoded(parts[1]) : "")
        }
    }

    /// What the path gives for `{name}`.
    func captured(_ name: String) -> String? { captures[name] }

    /// The number that the path gives for `{name}`.
    func capturedID(_ name: String = "id") -> Int64? { captures[name].flatMap { Int64($0) } }

    /// The value of the first query item of this name.
    func value(_ name: String) -> String? { query.first { $0.name == name }?.value }

    func has(_ name: String) -> Bool { value(name) != nil }

    /// The side-loads asked for.
    var includes: Set<String> { Set((value("include") ?? "").split(separator: ",").map(String.init)) }

    /// A whole number within `range`, or `standard` where it is not given.
    func number(_ name: String, standard: Int, within range: ClosedRange<Int>) throws -> Int {
        guard let text = value(name) else { return standard }
        guard let number = Int(text), number >= range.lowerBound else { throw APIError.notPositive(name) }
        guard number <= range.upperBound else { throw APIError.tooLarge(name, most: range.upperBound) }
        return number
    }

    /// The address of this endpoint with another query. `items` are encoded.
    func link(_ items: [(name: String, value: String)]) -> String {
        let query = items.map { "\(Self.encoded($0.name))=\(Self.encoded($0.value))" }.joined(separator: "&")
        return "\(origin)\(path).json?\(query)"
    }

    /// The items of the query whose names are listed, for a link that keeps them.
    func kept(_ names: [String]) -> [(name: String, value: String)] { query.filter { names.contains($0.name) } }

    private static func decoded(_ text: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), rest.count >= 2,
                let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func encoded(_ text: String) -> String {
        var result = ""
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
                result.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                result += byte < 16 ? "%0" : "%"
                result += String(byte, radix: 16, uppercase: true)
            }
        }
        return result
    }
}
