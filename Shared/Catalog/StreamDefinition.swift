package import Model

/// One stream as data: where it comes from, what identifies its records, what its table looks like.
package struct StreamDefinition: Hashable, Sendable {
    package var source: Source
    package var origin: Origin
    /// Records of this stream that another one's children bring as well: the same keys, later sequences.
    package var alsoFrom: Origin?
    package var schema: StreamSchema
    /// Top-level fields that are cut out of every record.
    package var spliced: [String]
    /// One of Stitch's tables: selected unless the configuration says otherwise.
    package var isDefault: Bool
    /// An account is of no use without it: a refusal fails the run. Others are parked.
    package var isEssential: Bool
    /// The plan or product that an account needs for it, for people; nil for all accounts.
    package var gate: String?
    /// How often it is read where that is not as often as the connection runs.
    package var interval: Duration?

    package init(
        _ name: StreamName,
        source: Source = .support,
        origin: Origin,
        alsoFrom: Origin? = nil,
        key: [String] = ["id"],
        replication: Replication,
        replicationKey: String?,
        spliced: [String] = [],
        isDefault: Bool = false,
        isEssential: Bool = false,
        gate: String? = nil,
        interval: Duration? = nil,
        columns: Columns
    ) {
        self.source = source
        self.origin = origin
        self.alsoFrom = alsoFrom
        self.schema = StreamSchema(
            stream: name,
            key: key,
            replication: replication,
            replicationKey: replicationKey,
            columns: columns.definitions
        )
        self.spliced = spliced
        self.isDefault = isDefault
        self.isEssential = isEssential
        self.gate = gate
        self.interval = interval
    }

    package var name: StreamName { schema.stream }

    /// True for a stream that takes a request for each record of another one: `"*"` does not select it.
    package var hasRequestPerRecord: Bool {
        if case .perRecord = origin { true } else { false }
    }
}

extension StreamDefinition: CustomStringConvertible {
    package var description: String { "\(source.rawValue).\(name)" }
}
