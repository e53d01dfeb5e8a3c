package import Catalog

/// A stream whose records are taken out of another one's pages.
package struct DerivedLayout: Sendable {
    package enum Place: Hashable, Sendable {
        /// The page's records themselves, under another name.
        case records
        /// The value of this field of each record; null is none.
        case field(String)
        /// The list of this name beside the records; a page may lack it.
        case list(String)
        /// Elements of an array of each record.
        case elements(Elements)
    }

    package let place: Place
    let layout: RecordLayout

    /// - Parameters:
    ///   - excluded: paths to cut out of the derived records.
    ///   - renames: top-level members' new names.
    package init(
        _ stream: StreamDefinition,
        from place: Place,
        excluded: [String],
        renames: [String: String] = [:]
    ) {
        self.place = place
        var elements: Elements?
        if case .elements(let these) = place { elements = these }
        layout = RecordLayout(stream, excluded: excluded, derived: [], renames: renames, elements: elements)
    }

    /// The names of the fields of the page's records that are needed for it.
    var needs: [String] {
        switch place {
        case .records, .list: []
        case .field(let name): [name]
        case .elements(let elements): [elements.list] + elements.inherits + elements.replaces
        }
    }
}
