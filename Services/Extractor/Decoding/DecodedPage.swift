package import Catalog
package import JSONScan
import Messaging
package import Model

/// A page cut into records, over the bytes that were received.
package struct DecodedPage: Sendable {
    /// The bytes received, then the names that records get beside their own.
    package let bytes: [UInt8]
    package var summary: PageSummary
    /// The page's own stream first, then those derived from it.
    package var streams: [DecodedStream]
    /// Tickets that had a comment redacted or made private: no new comment says so.
    package var redactedTickets: [Int64] = []

    /// How many sequences the records take: one more than their greatest index, and no less than the page's records.
    package var extent: Int {
        streams.reduce(summary.records) { max($0, ($1.records.last?.index ?? -1) + 1) }
    }
}

/// The records that a page brings of one stream.
package struct DecodedStream: Sendable {
    package let stream: StreamName
    package var records: [DecodedRecord] = []
    /// The ranges that records keep of the page, one record's after another's.
    package var ranges: [Range<Int>] = []

    package init(_ stream: StreamName) {
        self.stream = stream
    }
}

/// One record of a page, or what cannot pass in a record's place.
package struct DecodedRecord: Sendable {
    /// Its place among its stream's records of the page: unique and ascending, not without gaps.
    package let index: Int
    /// As ``MessageKey/recordKey(_:)`` makes it; nil where it could not be read.
    package let key: String?
    /// Which of ``DecodedStream/ranges`` are its bytes.
    package let ranges: Range<Int>
    /// The bytes of these ranges together.
    package let length: Int
    /// The replication key's value as written: digits, or a string without its quotes.
    package let replicationKey: Range<Int>?
    /// Why it cannot pass, in words for people; nil for a good record.
    package let rejection: String?
}

extension DecodedPage {
    /// Appends a record's bytes, those cut out left out.
    package func append(_ record: DecodedRecord, of stream: DecodedStream, to buffer: inout [UInt8]) {
        bytes.withUnsafeBufferPointer { bytes in
            for range in stream.ranges[record.ranges] {
                buffer.append(contentsOf: UnsafeBufferPointer(rebasing: bytes[range]))
            }
        }
    }

    /// A record's bytes where one range holds them all, else a copy.
    func value(of record: DecodedRecord, of stream: DecodedStream) -> Bytes {
        if record.ranges.count == 1 { return bytes[stream.ranges[record.ranges.lowerBound]] }
        var copy: [UInt8] = []
        copy.reserveCapacity(record.length)
        append(record, of: stream, to: &copy)
        return copy[...]
    }
}

/// Why an answer with status 200 is no page.
package enum PageError: Error, Hashable, Sendable {
    /// Cut short, or no JSON at all: asking again may help.
    case invalidJSON(JSONError)
    /// JSON, but without the list of records.
    case noRecords(Envelope)
    /// More than any page of Zendesk's has, and than there is room for.
    case tooManyRecords

    /// In words for people.
    package var problem: String {
        switch self {
        case .invalidJSON(.unexpectedEnd): "the answer is cut short"
        case .invalidJSON(let error): "the answer is not valid JSON (\(error))"
        case .noRecords(let envelope): "the answer has no records where \(envelope) says"
        case .tooManyRecords: "the answer has more than \(PageDecoder.mostRecords) records"
        }
    }
}
