import Catalog
import Foundation
import JSONScan
package import Messaging
package import Model

/// Where a read stands after a page.
package struct PagePosition: Hashable, Sendable {
    package var cursor: String?
    /// True after the last page.
    package var isComplete: Bool
    /// Every change that Zendesk had made visible by then is in this page or before; for the last page.
    package var asOf: Timestamp?
    /// The second that the next page reads again, for time-based exports.
    package var seamSecond: Int64?
    /// The seam keeps the records of the page before, too.
    package var carriesSeam: Bool
    /// How many requests the read took; for the last page.
    package var requests: Int?
    /// As ``Bookmark/done``.
    package var done: String?
    /// As ``Bookmark/revisit``.
    package var revisit: [Int64]?

    package init(
        cursor: String?,
        isComplete: Bool,
        asOf: Timestamp? = nil,
        seamSecond: Int64? = nil,
        carriesSeam: Bool = false,
        requests: Int? = nil,
        done: String? = nil,
        revisit: [Int64]? = nil
    ) {
        self.cursor = cursor
        self.isComplete = isComplete
        self.asOf = asOf
        self.seamSecond = seamSecond
        self.carriesSeam = carriesSeam
        self.requests = requests
        self.done = done
        self.revisit = revisit
    }
}

/// What a page becomes: all of it is published, or nothing.
package struct Publication: Sendable {
    /// Events by stream, each stream's in order, then the bookmarks. The values share one buffer.
    package var messages: [Message] = []
    /// By output, as published.
    package var bookmarks: [Bookmark] = []
    /// By output.
    package var tallies: [Tally] = []

    package struct Tally: Hashable, Sendable {
        package var records = 0
        package var rejected = 0
        /// Records of the seam that were published before.
        package var dropped = 0

        package init(records: Int = 0, rejected: Int = 0, dropped: Int = 0) {
            self.records = records
            self.rejected = rejected
            self.dropped = dropped
        }

        static func += (tally: inout Tally, other: Tally) {
            tally.records += other.records
            tally.rejected += other.rejected
            tally.dropped += other.dropped
        }
    }
}

/// Makes a page's messages: schema events that are due, the records, a version event after a complete read, and the
/// bookmark of each stream.
package struct PageMessages: Sendable {
    /// Records of the last minute may still change or come: a key that is read again from is not later.
    private static let settling = Duration.seconds(60)

    private let connection: ConnectionKey
    private let namespace: Namespace
    private let partition: Int32
    private let run: RunID

    package init(_ connection: ConnectionKey, namespace: Namespace, partitions: Int32, run: RunID) {
        self.connection = connection
        self.namespace = namespace
        self.partition = Partitioner.partition(of: connection.tenant, partitions: partitions)
        self.run = run
    }

    /// As ``publication(of:as:receivedAt:position:)-([DecodedPage],_,_,_)``, for one page.
    package func publication(
        of page: DecodedPage,
        as outputs: [(place: Int, output: StreamOutput)],
        receivedAt: Timestamp,
        position: PagePosition
    ) throws -> Publication {
        try publication(of: [page], as: outputs, receivedAt: receivedAt, position: position)
    }

    /// - Parameters:
    ///   - pages: of one layout, small ones; their records follow one another.
    ///   - outputs: each with the place of its records in ``DecodedPage/streams``; a page's stream that is not
    ///     published has none.
    ///   - receivedAt: when the last of the pages was there.
    ///   - position: after the last page.
    /// - Throws: only what encoding a schema or a bookmark throws.
    package func publication(
        of pages: [DecodedPage],
        as outputs: [(place: Int, output: StreamOutput)],
        receivedAt: Timestamp,
        position: PagePosition
    ) throws -> Publication {
        var publication = Publication()
        var buffer = EventBuffer(connection, partition: partition, run: run, time: receivedAt)
        let records = outputs.reduce(0) { count, output in
            pages.reduce(count) { $0 + $1.streams[output.place].records.count }
        }
        buffer.reserve(pages.reduce(0) { $0 + $1.bytes.count }, records: records)
        let sequence = Self.sequence(receivedAt, outputs.map(\.output))
        for (place, output) in outputs {
            let topic = namespace.records(output.definition.source, output.name)
            buffer.begin(output.name, topic: topic, tableVersion: output.tableVersion)
            var bookmark = output.bookmark
            if output.schemaIsDue {
                buffer.append(.schema, sequence: sequence - 1, data: try output.schemaData())
                bookmark.sequence = sequence - 1
                bookmark.schema = output.schemaHash
                bookmark.reset = nil
            }
            var tally = Publication.Tally()
            var seam: Seam?
            if output.movesBookmark, let second = position.seamSecond {
                seam = Seam(published: bookmark.seam, second: second, carriesOn: position.carriesSeam)
            }
            var next = sequence
            for page in pages {
                tally += append(page, place, next, to: &buffer, &bookmark, &seam, of: output, receivedAt)
                next += Int64(page.extent)
            }
            if position.isComplete, output.movesBookmark, let version = output.tableVersion {
                let data = StreamVersion(stream: output.name, tableVersion: version)
                buffer.append(.version, sequence: next, data: try WireJSON.bytes(of: data))
                bookmark.sequence = next
            }
            if output.movesBookmark {
                bookmark.seam = seam?.kept
                bookmark.move(to: position, tableVersion: output.tableVersion)
            }
            publication.bookmarks.append(bookmark)
            publication.tallies.append(tally)
        }
        publication.messages = buffer.messages
        for (index, bookmark) in publication.bookmarks.enumerated() {
            publication.messages.append(try message(bookmark, of: outputs[index].output.name))
        }
        return publication
    }

    /// A bookmark as it is published.
    package func message(_ bookmark: Bookmark, of stream: StreamName) throws -> Message {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Message(
            topic: namespace.bookmarks,
            partition: partition,
            key: MessageKey.bookmark(connection, stream),
            value: Array(try encoder.encode(bookmark))[...]
        )
    }

    /// The page's sequence: record i has this + i. One is left free before it for a schema event that is due.
    private static func sequence(_ receivedAt: Timestamp, _ outputs: [StreamOutput]) -> Int64 {
        let published = outputs.map(\.bookmark.sequence).max() ?? 0
        let schema: Int64 = outputs.contains(where: \.schemaIsDue) ? 1 : 0
        return max(receivedAt.nanoseconds, published + 1 + schema)
    }

    /// Appends a page's records of one stream: record i has the page's sequence + i.
    private func append(
        _ page: DecodedPage,
        _ place: Int,
        _ sequence: Int64,
        to buffer: inout EventBuffer,
        _ bookmark: inout Bookmark,
        _ seam: inout Seam?,
        of output: StreamOutput,
        _ receivedAt: Timestamp
    ) -> Publication.Tally {
        let records = page.streams[place]
        var tally = Publication.Tally()
        var greatest = GreatestKey()
        for record in records.records {
            let recordSequence = sequence + Int64(record.index)
            if record.rejection != nil {
                tally.rejected += 1
                buffer.append(rejected: record, of: records, in: page, sequence: recordSequence)
            } else {
                greatest.take(record.replicationKey, in: page.bytes)
                if seam != nil, let key = record.key {
                    let time = record.replicationKey.flatMap { Self.second($0, in: page.bytes) }
                    if seam?.drops(key, time: time, bytes: page.value(of: record, of: records)) == true {
                        tally.dropped += 1
                        continue
                    }
                }
                tally.records += 1
                buffer.append(record, of: records, in: page, sequence: recordSequence)
            }
            bookmark.sequence = recordSequence
        }
        if output.movesBookmark {
            let latest = output.rereads ? receivedAt - Self.settling : nil
            bookmark.replicationKey = greatest.value(after: bookmark.replicationKey, in: page.bytes, latest: latest)
        }
        return tally
    }

    private static func second(_ value: Range<Int>, in bytes: [UInt8]) -> Int64? {
        let text = bytes.span.extracting(value)
        return JSON.integer(0..<text.count, in: text) ?? Timestamp(parsing: text)?.seconds
    }
}

extension Bookmark {
    fileprivate mutating func move(to position: PagePosition, tableVersion: Int64?) {
        self.tableVersion = tableVersion ?? self.tableVersion
        cursor = position.cursor
        complete = position.isComplete
        done = position.done
        revisit = position.revisit
        if position.isComplete {
            asOf = position.asOf ?? asOf
            requests = position.requests ?? requests
        }
    }
}
