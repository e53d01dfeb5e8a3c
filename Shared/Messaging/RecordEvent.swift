package import JSONScan
import Model

/// An event of a record topic as it was received: its attributes decoded, its data still bytes.
package struct RecordEvent: Sendable {
    package var envelope: EventEnvelope
    /// The data's JSON, validated, sharing the delivery's storage.
    package var data: Bytes

    /// How many elements the data's arrays have together: each becomes a row. Those of attributes that nobody knows count.
    package var elements: Int

    package init(envelope: EventEnvelope, data: Bytes, elements: Int = 0) {
        self.envelope = envelope
        self.data = data
        self.elements = elements
    }
}

/// Why a delivery of a record topic is no event that can be loaded.
package enum EventError: Error, Hashable, Sendable {
    /// No value: record topics have no tombstones.
    case empty
    case invalidJSON(JSONError)
    /// An attribute is missing or malformed.
    case attribute(String)
    /// A `deskpipe.*` type that this version does not know: the loader stops before it.
    case unknownType(String)

    package var reason: String {
        switch self {
        case .empty: "the message has no value"
        case .invalidJSON(let error): "the message is not valid JSON: \(error.words)"
        case .attribute(let name): "the event's attribute `\(name)` is missing or malformed"
        case .unknownType(let type): "the event type \(type) is not known to this version: upgrade the loader first"
        }
    }
}

extension RecordEvent {
    /// Decodes a delivery's value and validates all of it; ``EventDecoder`` does the same for one after another.
    package init(decoding value: Bytes) throws(EventError) {
        var decoder = EventDecoder()
        self = try decoder.decode(value)
    }
}
