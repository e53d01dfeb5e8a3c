/// What names a database takes for tables and columns.
package struct NameLimits: Hashable, Sendable {
    /// The longest name that it keeps whole, in bytes; nil where there is no limit.
    package var longest: Int?
    /// True when names that differ only in the case of ASCII letters are one name to it.
    package var foldsCase: Bool
    /// Names that no column can have.
    package var reservedColumns: Set<String>

    package init(longest: Int? = nil, foldsCase: Bool = false, reservedColumns: Set<String> = []) {
        self.longest = longest
        self.foldsCase = foldsCase
        self.reservedColumns = reservedColumns
    }

    /// What two names have in common when the database cannot tell them apart.
    func folded(_ name: String) -> String {
        guard foldsCase else { return name }
        return String(decoding: name.utf8.map { (0x41...0x5a).contains($0) ? $0 + 0x20 : $0 }, as: UTF8.self)
    }

    /// True when the name is not too long.
    func holds(_ name: String) -> Bool { name.utf8.count <= longest ?? .max }

    /// The beginning of a name that leaves room for so many bytes: whole characters, or parts of one where even the
    /// first is too long.
    func beginning(of name: String, leaving room: Int) -> String {
        let limit = (longest ?? .max) - room
        var beginning = ""
        for character in name {
            guard beginning.utf8.count + character.utf8.count <= limit else { break }
            beginning.append(character)
        }
        guard beginning.isEmpty else { return beginning }
        for scalar in name.unicodeScalars {
            guard beginning.utf8.count + String(scalar).utf8.count <= limit else { break }
            beginning.unicodeScalars.append(scalar)
        }
        return beginning
    }
}
