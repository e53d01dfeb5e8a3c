/// What has to be done to the tables of a stream that is read anew, by the names of the database.
struct TableRepair {
    var stream: String
    /// The root table.
    var table: String
    /// True where the root table is there and whole.
    var hasTable: Bool
    /// The tables to forget; those that are there are dropped.
    var harmed: [TableHarm]
    /// The sub-tables that are whole. Where the root has no row left, theirs belong to nothing.
    var subtables: [String]
}
