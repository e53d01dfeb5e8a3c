/// What a connection finds where its schema is to be.
package struct SchemaStanding: Hashable, Sendable {
    package enum Content: Hashable, Sendable {
        /// It is made with the first load.
        case absent
        case empty
        /// This connection's, with so many tables of records.
        case own(tables: Int)
    }

    package var content: Content
    /// Roles that may read what this user loads, tables to come included; nil where the database has no roles.
    package var readers: [String]?

    package init(_ content: Content, readers: [String]? = nil) {
        self.content = content
        self.readers = readers
    }
}
