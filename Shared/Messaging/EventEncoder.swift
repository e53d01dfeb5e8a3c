import JSONScan
import Model

/// Writes the events of one page into one buffer, the attributes that they share made once.
package struct EventEncoder: Sendable {
    /// From the opening brace to the last digits of `id`'s sequence, and on from there.
    private let beforeID: [UInt8]
    private let beforeSubject: [UInt8]
    private let beforeSequence: [UInt8]
    private let beforeData: [UInt8]

    /// - Parameter envelope: what the events have in common; its subject and sequence are not used.
    package init(_ envelope: EventEnvelope) {
        var id: [UInt8] = Array(#"{"specversion":"1.0","id":""#.utf8)
        id.appendEscaped("\(envelope.connection)/\(envelope.stream.rawValue)/")
        beforeID = id
        var subject: [UInt8] = Array(#"","source":""#.utf8)
        subject.appendEscaped(envelope.source)
        subject += Array(#"","type":"\#(envelope.type.rawValue)""#.utf8)
        beforeSubject = subject
        var sequence: [UInt8] = Array(#","time":"\#(envelope.time.formatted())""#.utf8)
        sequence += Array(#","datacontenttype":"application/json","tenant":"\#(envelope.connection.tenant)""#.utf8)
        sequence += Array(#","connection":"\#(envelope.connection.connection)","stream":""#.utf8)
        sequence.appendEscaped(envelope.stream.rawValue)
        sequence += Array(#"","sequence":""#.utf8)
        beforeSequence = sequence
        var data: [UInt8] = Array(#"""#.utf8)
        if let version = envelope.tableVersion { data += Array(#","tableversion":"\#(version)""#.utf8) }
        data += Array(#","run":""#.utf8)
        data.appendEscaped(envelope.run.rawValue)
        data += Array(#"","data":"#.utf8)
        beforeData = data
    }

    /// Appends one event.
    /// - Parameters:
    ///   - subject: the record's key; nil for schema and version events.
    ///   - data: appends the data, a valid JSON value.
    package func append(
        subject: String?,
        sequence: Int64,
        to buffer: inout [UInt8],
        data: (inout [UInt8]) -> Void
    ) {
        buffer.append(contentsOf: beforeID)
        buffer.append(sequence: sequence)
        buffer.append(contentsOf: beforeSubject)
        if let subject {
            buffer.append(contentsOf: Self.subjectName)
            buffer.appendEscaped(subject)
            buffer.append(UInt8(ascii: "\""))
        }
        buffer.append(contentsOf: beforeSequence)
        buffer.append(sequence: sequence)
        buffer.append(contentsOf: beforeData)
        data(&buffer)
        buffer.append(UInt8(ascii: "}"))
    }

    private static let subjectName = Array(#","subject":""#.utf8)
}

extension [UInt8] {
    fileprivate mutating func appendEscaped(_ text: String) {
        JSON.appendEscaped(text.utf8, to: &self)
    }

    /// Appends a sequence as ``EventEnvelope/digits(_:)`` writes it.
    fileprivate mutating func append(sequence: Int64) {
        guard sequence >= 0 else { return append(contentsOf: EventEnvelope.digits(sequence).utf8) }
        let start = count
        append(contentsOf: repeatElement(UInt8(ascii: "0"), count: 19))
        var rest = UInt64(sequence)
        var place = start + 18
        while rest > 0 {
            let (tenth, digit) = rest.quotientAndRemainder(dividingBy: 10)
            self[place] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: digit)
            rest = tenth
            place &-= 1
        }
    }
}
