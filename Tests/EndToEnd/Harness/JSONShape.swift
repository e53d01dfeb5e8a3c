import Foundation

/// A JSON Schema as far as docs/reports.md uses it: `type`, `const`, `enum`, `pattern`, `required`, `properties`,
/// `items`. Formats only grow, so a schema allows members that it does not name; a page that does not name them is
/// incomplete, so here each is a fault.
struct JSONShape {
    private let schema: [String: Any]

    /// - Parameter text: The schema's JSON.
    init(_ text: String) throws {
        schema = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any] ?? [:]
    }

    var title: String { schema["title"] as? String ?? "" }

    /// What is wrong with a message; empty where it fits.
    func faults(of message: String) throws -> [String] {
        let value = try JSONSerialization.jsonObject(with: Data(message.utf8), options: .fragmentsAllowed)
        return Self.faults(of: value, schema, at: "$")
    }

    private static func faults(of value: Any, _ schema: [String: Any], at path: String) -> [String] {
        var faults: [String] = []
        if let type = schema["type"] as? String, !isOf(type, value) { return ["\(path) is no \(type)"] }
        if let constant = schema["const"] as? NSObject, constant != value as? NSObject {
            faults.append("\(path) is not \(constant)")
        }
        if let allowed = schema["enum"] as? [String], !allowed.contains(value as? String ?? "") {
            faults.append("\(path) is none of \(allowed)")
        }
        if let pattern = schema["pattern"] as? String, let text = value as? String,
            text.range(of: pattern, options: .regularExpression) == nil
        {
            faults.append("\(path) does not match \(pattern)")
        }
        if schema["format"] as? String == "date-time", let text = value as? String,
            text.range(of: #"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$"#, options: .regularExpression) == nil
        {
            faults.append("\(path) is no time")
        }
        if let items = schema["items"] as? [String: Any], let values = value as? [Any] {
            for (index, value) in values.enumerated() {
                faults += Self.faults(of: value, items, at: "\(path)[\(index)]")
            }
        }
        if let properties = schema["properties"] as? [String: Any], let members = value as? [String: Any] {
            for name in schema["required"] as? [String] ?? [] where members[name] == nil {
                faults.append("\(path).\(name) is missing")
            }
            for (name, value) in members {
                guard let property = properties[name] as? [String: Any] else {
                    faults.append("\(path).\(name) is not documented")
                    continue
                }
                faults += Self.faults(of: value, property, at: "\(path).\(name)")
            }
        }
        return faults
    }

    private static func isOf(_ type: String, _ value: Any) -> Bool {
        // A boolean is a number to Foundation.
        let isBoolean = (value as? NSNumber).map { String(cString: $0.objCType) == "c" } ?? false
        return switch type {
        case "object": value is [String: Any]
        case "array": value is [Any]
        case "string": value is String
        case "boolean": isBoolean
        case "integer": !isBoolean && (value as? NSNumber).map { $0.doubleValue == $0.doubleValue.rounded() } ?? false
        case "number": !isBoolean && value is NSNumber
        default: false
        }
    }
}
