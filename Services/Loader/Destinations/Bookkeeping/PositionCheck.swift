import Loader

/// Decides from the positions that a schema holds what has become of a batch.
struct PositionCheck {
    let changes: [PositionChange]
    /// For each change what the schema holds; nil where it holds nothing.
    let held: [LogPosition?]

    /// True when the schema stands where the batch was built.
    var isExpected: Bool { zip(changes, held).allSatisfy { $0.expected == $1 } }

    /// True when the schema stands where the batch leads: it has been loaded. A batch without positions never has.
    var isLoaded: Bool { !changes.isEmpty && zip(changes, held).allSatisfy { $0.new == $1 } }
}
