extension FilesLoad {
    /// Puts the tables of streams that are read anew right: those whose directory is gone are made anew.
    ///
    /// Rows of sub-tables stay: which of them count, the rows of their records say.
    mutating func begin(_ repairs: [TableRepair]) throws {
        for repair in repairs {
            let gone = Set(repair.harmed.map(\.table))
            manifest.tables.removeAll { gone.contains($0.name) }
            guard let place = manifest.place(of: repair.table) else { continue }
            // That no part of it is left is no fault any more.
            manifest.tables[place].newest = nil
            try forgetDigests(of: place)
        }
    }
}
