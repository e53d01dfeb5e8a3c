import Model

extension Timestamp {
    /// The time that a replication key's value means: seconds since 1970, or a date.
    init?(position: String?) {
        guard let position else { return nil }
        if let seconds = Int64(position) {
            self.init(seconds: seconds)
        } else {
            self.init(parsing: position)
        }
    }
}
