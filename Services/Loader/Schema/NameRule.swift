/// Names of columns as the loader knows them, before a database cuts them (``NameMap``).
package enum NameRule {
    /// The longest full name of a table or column, in bytes.
    package static let longest = 4096
    /// Most columns of a table: below PostgreSQL's 1,600.
    package static let mostColumns = 1500
    /// Names up to this length, in bytes, are shown whole.
    private static let longestShown = 63

    /// The column of a field: the field's own name, but for three kinds of names.
    ///
    /// One that begins with `_sdc` or `__sdc` in any case, as system columns do, gets `field` before it:
    /// `_sdc_sequence` is `field_sdc_sequence`. One of underscores only, or of nothing, gets one more: an empty key is
    /// `_`. One that ends as the column of values of another type does gets one more as well: `x__bi` is `x__bi_`, for
    /// `x__bi` is where `x` has its integers. A field that has such a name itself moves on the same way, so neither two
    /// fields meet nor a field and a split column, whichever comes first.
    package static func column(_ name: String) -> String {
        if name.utf8.allSatisfy({ $0 == UInt8(ascii: "_") }) { return name + "_" }
        let kept = isReserved(Substring(name)) ? "field" + name : name
        return isSplit(Substring(kept)) ? kept + "_" : kept
    }

    /// The column beside a field's own that holds its values of another type.
    static func split(_ column: String, _ suffix: ShapeNode.Suffix) -> String { "\(column)__\(suffix.text)" }

    /// True for the name of a split column, and for what fields that had one moved on to.
    private static func isSplit(_ name: Substring) -> Bool {
        var rest = name
        while rest.hasSuffix("_") { rest = rest.dropLast() }
        guard ShapeNode.Suffix.allCases.contains(where: { rest.hasSuffix($0.text) }) else { return false }
        rest = rest.dropLast(2)
        return rest.hasSuffix("__") && rest.count > 2
    }

    private static func isReserved(_ name: Substring) -> Bool {
        var rest = name
        while rest.hasPrefix("field") { rest = rest.dropFirst("field".count) }
        let start = rest.prefix(6).lowercased()
        return start.hasPrefix("_sdc") || start.hasPrefix("__sdc")
    }

    /// What is wrong with a column's name, in words for people; nil where nothing is.
    package static func fault(ofColumn name: String) -> String? { faultOfLength(name, "column") }

    /// What is wrong with a table's name; nil where nothing is.
    package static func fault(ofTable name: String) -> String? { faultOfLength(name, "table") }

    /// A name cut so that it fits a line.
    package static func shown(_ name: String) -> String {
        name.utf8.count <= longestShown ? "`\(name)`" : "`\(name.prefix(40))...`"
    }

    private static func faultOfLength(_ name: String, _ kind: String) -> String? {
        guard name.utf8.count > longest else { return nil }
        return "a \(kind)'s name has more than \(longest) bytes"
    }
}
