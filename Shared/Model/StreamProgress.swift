/// How far a read is: of an export, the time that it has covered.
package struct StreamProgress: Hashable, Sendable, Codable {
    /// 0 to 1.
    package var fraction: Double
    /// Records a minute.
    package var rate: Double
    /// Nil where it cannot be told yet.
    package var estimatedEnd: Timestamp?

    package init(fraction: Double, rate: Double, estimatedEnd: Timestamp?) {
        self.fraction = fraction
        self.rate = rate
        self.estimatedEnd = estimatedEnd
    }

    enum CodingKeys: String, CodingKey {
        case fraction, rate
        case estimatedEnd = "estimated_end"
    }
}
