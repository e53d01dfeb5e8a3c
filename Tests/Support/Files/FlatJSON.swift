import Foundation
package import GRDB

/// JSON objects without objects or arrays in them, with numbers as they are written.
package enum FlatJSON {
    package static func members(of line: ArraySlice<UInt8>) throws -> [String: DatabaseValue] {
        var members: [String: DatabaseValue] = [:]
        var place = line.startIndex + 1
        while place < line.endIndex, line[place] != UInt8(ascii: "}") {
            if line[place] == UInt8(ascii: ",") { place += 1 }
            let name = try text(line, &place)
            place += 1
            guard members[name] == nil else { throw CocoaError(.coderInvalidValue) }
            members[name] = try value(line, &place)
        }
        guard place == line.endIndex - 1 else { throw CocoaError(.coderInvalidValue) }
        return members
    }

    private static func value(_ line: ArraySlice<UInt8>, _ place: inout Int) throws -> DatabaseValue {
        if line[place] == UInt8(ascii: "\"") { return try text(line, &place).databaseValue }
        let start = place
        while line[place] != UInt8(ascii: ","), line[place] != UInt8(ascii: "}") { place += 1 }
        let word = String(decoding: line[start..<place], as: UTF8.self)
        switch word {
        case "true": return true.databaseValue
        case "false": return false.databaseValue
        default:
            // It has to be a number for every reader.
            guard Double(word)?.isFinite == true else { throw CocoaError(.coderInvalidValue) }
            return Int64(word)?.databaseValue ?? word.databaseValue
        }
    }

    private static func text(_ line: ArraySlice<UInt8>, _ place: inout Int) throws -> String {
        let start = place
        place += 1
        while line[place] != UInt8(ascii: "\"") { place += line[place] == UInt8(ascii: "\\") ? 2 : 1 }
        place += 1
        let content = line[(start + 1)..<(place - 1)]
        guard content.contains(UInt8(ascii: "\\")) else { return String(decoding: content, as: UTF8.self) }
        return try JSONDecoder().decode(String.self, from: Data(line[start..<place]))
    }
}
