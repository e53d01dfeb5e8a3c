package import Model

/// How the rows of a stream come to be read.
package enum Origin: Hashable, Sendable {
    /// By requests of its own.
    case request(Request)
    /// Out of another stream's records: the value of `field`, cut out of each.
    case field(String, of: StreamName)
    /// Out of another stream's pages: a list beside its records, which a side-load brings.
    case list(String, of: StreamName)
    /// Out of another stream's records: elements of an array in each.
    case elements(Elements, of: StreamName)
    /// By requests for each record of another stream, which is walked through for it, whether it is selected or not.
    case perRecord(Request, of: StreamName)

    /// The stream whose pages bring this one, or whose records it is asked for by; nil for one with its own requests.
    package var parent: StreamName? {
        switch self {
        case .request: nil
        case .field(_, let parent), .list(_, let parent), .elements(_, let parent), .perRecord(_, let parent): parent
        }
    }
}

/// Which elements of an array are records of another stream, and what they take from the record around them.
package struct Elements: Hashable, Sendable {
    /// The array's name in the record around.
    package var list: String
    /// Only elements whose member `name` is the string `value`.
    package var name: String
    package var value: String
    /// Members of the record around that become the element's, unless it has one of the name.
    package var inherits: [String]
    /// Members of the record around that take the place of the element's own.
    package var replaces: [String]

    package init(
        list: String,
        where name: String,
        is value: String,
        inherits: [String] = [],
        replaces: [String] = []
    ) {
        self.list = list
        self.name = name
        self.value = value
        self.inherits = inherits
        self.replaces = replaces
    }
}
