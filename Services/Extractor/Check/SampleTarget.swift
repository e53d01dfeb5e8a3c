package import Catalog
package import Model

/// The smallest request that shows whether an endpoint answers.
package enum SampleTarget {
    /// Path and query of a request for one record.
    /// - Parameter start: what exports are asked from, as a run does: a recent time may be too recent by their clock.
    package static func target(of request: Request, start: Timestamp, now: Timestamp) -> String {
        var items: [(name: String, value: String)] = []
        // The longest time that an export holds back.
        let start = min(start, now - .seconds(301))
        switch request.dialect {
        case .cursorList: items.append(("page[size]", "1"))
        case .incrementalCursor, .incrementalTime, .incrementalTimeOpen:
            items += [("start_time", "\(start.seconds)"), ("per_page", "1")]
        case .offsetList: items += [("page", "1"), ("per_page", "1")]
        case .singlePage: break
        case .chatSinceID: items.append(("limit", "1"))
        case .chatIncremental: items += [("start_time", "\(start.seconds)"), ("limit", "1")]
        case .chatIncrementalMicroseconds: items += [("start_time", "\(start.microseconds)"), ("limit", "1")]
        }
        switch request.start {
        case .none: break
        case .startTime: items.append(("start_time", "\(start.seconds)"))
        case .createdAtFilter:
            for time in [start, now - .seconds(61)] { items.append(("filter[created_at][]", time.formatted(.seconds))) }
        }
        items += request.parameters.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value) }
        if !request.sideLoads.isEmpty { items.append(("include", request.sideLoads.joined(separator: ","))) }
        let query = items.map { "\(encoded($0.name))=\(encoded($0.value))" }.joined(separator: "&")
        return "/api/v2/\(request.path)" + (query.isEmpty ? "" : "?\(query)")
    }

    private static func encoded(_ text: String) -> String {
        var encoded = ""
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
                UInt8(ascii: "~"):
                encoded.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                let digits = String(byte, radix: 16, uppercase: true)
                encoded += byte < 16 ? "%0\(digits)" : "%\(digits)"
            }
        }
        return encoded
    }
}
