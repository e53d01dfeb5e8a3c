package import Model

/// A database, or a directory of files, that holds connections' tables. Every implementation runs the same
/// conformance suite.
package protocol Destination: Sendable {
    /// Proves that the schema can be made and written: connects, and tries what loading needs without leaving a trace.
    /// - Throws: ``DestinationError`` that says what is missing and the statement that mends it.
    func check(_ schema: SchemaName) async throws

    /// What the schema holds, and who may read it. Changes nothing.
    /// - Throws: ``DestinationError``, as ``open(_:owner:)`` does where the schema is not the owner's.
    func standing(of schema: SchemaName, for owner: SchemaOwner) async throws -> SchemaStanding

    /// Opens the schema of one connection, making it and its bookkeeping tables where they are missing.
    /// - Throws: ``DestinationError/ownedByOther(schema:owner:)`` when the schema belongs to another connection or
    ///   holds tables that Deskpipe did not make; nothing is written then.
    func open(_ schema: SchemaName, owner: SchemaOwner) async throws -> any DestinationSchema

    /// Opens the schema of one connection for reading alone, also beside a loader. Changes nothing.
    /// - Returns: nil where nothing has been loaded.
    /// - Throws: ``DestinationError``, as ``open(_:owner:)`` does where the schema is not the owner's.
    func look(at schema: SchemaName, owner: SchemaOwner) async throws -> (any DestinationSchema)?

    func close() async
}

extension Destination {
    package func look(at schema: SchemaName, owner: SchemaOwner) async throws -> (any DestinationSchema)? {
        guard case .own = try await standing(of: schema, for: owner).content else { return nil }
        return try await open(schema, owner: owner)
    }
}

/// Who a schema belongs to for ever: the row of `_deskpipe_owner`.
package struct SchemaOwner: Hashable, Sendable {
    package var connection: ConnectionKey
    package var source: Source

    package init(connection: ConnectionKey, source: Source) {
        self.connection = connection
        self.source = source
    }
}

/// One connection's schema. Calls come one at a time, with two exceptions: while a batch is applied the next one is
/// staged, and messages are read and removed.
package protocol DestinationSchema: Sendable {
    /// The kind of database, as metrics name it.
    nonisolated var system: String { get }

    /// True where a loss of power takes the newest batches, or an operator may put an older copy in place: then what is
    /// durable has survived the process alone, and the log is to bring the rest again.
    var mayFallBehind: Bool { get }

    /// The tables and columns that exist.
    func catalog() async throws -> SchemaCatalog

    /// Where loading stands in each partition of the log (`_deskpipe_positions`).
    func positions() async throws -> [LogPosition]

    /// Brings a batch's rows to where ``apply(_:conclude:)`` takes them from, without any lock: what it brings is seen
    /// by nobody and is gone with this process. At most two batches are staged and not applied.
    /// - Returns: the batch, without its rows where the destination has them.
    /// - Throws: ``DestinationError/refused(_:)`` when the database refuses a value already here.
    func stage(_ batch: LoadBatch) async throws -> StagedBatch

    /// Loads a staged batch in one transaction, or nothing: schema changes, rows, versions, rejected records, positions,
    /// and what `conclude` makes of the outcome. Durable when it returns. However it ends, the batch is no longer staged.
    /// - Throws: ``DestinationError/positionMoved`` when the positions are not those the batch was built on (another
    ///   loader was there, or the answer to an earlier commit was lost), when another has changed the tables since
    ///   ``catalog()``, or when a row that the batch replays is not there any more;
    ///   ``DestinationError/stagingLost`` when the staged rows went with a session, and nothing is loaded;
    ///   ``DestinationError/refused(_:)`` when the database refuses a value without saying which.
    func apply(
        _ staged: StagedBatch,
        conclude: @Sendable (LoadOutcome) throws -> Conclusion
    ) async throws -> LoadOutcome

    /// Forgets a staged batch that will not be applied.
    func discard(_ staged: StagedBatch) async

    /// Does all that loading the batch's rows does and undoes it.
    /// - Returns: nil when the database takes them, else the reason with which ``apply(_:conclude:)`` would throw
    ///   ``DestinationError/refused(_:)``.
    func refusal(of batch: LoadBatch) async throws -> String?

    /// The oldest rows of `_sdc_rejected` behind a place.
    /// - Parameters:
    ///   - bytes: where reading stops: at the record that reaches it.
    ///   - place: nil for the beginning.
    func rejected(
        _ selection: RejectedSelection,
        atMost count: Int,
        bytes: Int,
        after place: RejectedPlace?
    ) async throws -> [StoredRejection]

    /// The rows of `_sdc_rejected` by table and reason, in their order.
    func rejectedGroups(_ selection: RejectedSelection) async throws -> [RejectedGroup]

    /// The least version among the rows of a table that is read whole: records of an older one are gone, or newer.
    /// Nil where nothing tells.
    /// - Parameter table: its full name.
    func oldestVersion(in table: String) async throws -> Int64?

    /// Messages that were written with a batch and may not have reached their topics yet, oldest first.
    func unsentMessages(atMost count: Int) async throws -> [OutboxMessage]

    /// Forgets messages that have been published.
    func removeSent(_ ids: [String]) async throws

    func close() async
}

extension DestinationSchema {
    package var mayFallBehind: Bool { false }

    /// Keeps the rows in memory, for a destination that writes them in the transaction alone.
    package func stage(_ batch: LoadBatch) async throws -> StagedBatch { StagedBatch(batch: batch) }

    package func discard(_ staged: StagedBatch) async {}

    /// Stages and applies a batch, once more where a session was lost in between.
    package func load(
        _ batch: LoadBatch,
        conclude: @Sendable (LoadOutcome) throws -> Conclusion
    ) async throws -> LoadOutcome {
        do {
            return try await apply(stage(batch), conclude: conclude)
        } catch DestinationError.stagingLost {
            do {
                return try await apply(stage(batch), conclude: conclude)
            } catch DestinationError.stagingLost(let reason) {
                throw DestinationError.unavailable(reason)
            }
        }
    }

    /// True when the database takes the batch's rows.
    package func accepts(_ batch: LoadBatch) async throws -> Bool { try await refusal(of: batch) == nil }
}

/// A batch that waits for its transaction.
package struct StagedBatch: Sendable {
    /// The destination's own mark of where the rows are.
    package let place: Int
    /// Without rows where they are with the destination.
    package let batch: LoadBatch

    package init(place: Int = 0, batch: LoadBatch) {
        self.place = place
        self.batch = batch
    }

    /// True while the rows take this process's memory.
    package var holdsRows: Bool { batch.tables.contains { $0.rows.count > 0 } }
}

/// How far a partition of the log is loaded.
package struct LogPosition: Hashable, Sendable {
    package var topic: String
    package var partition: Int32
    package var nextOffset: Int64
    /// The highest sequence loaded from this topic and partition.
    package var sequence: Int64

    package init(topic: String, partition: Int32, nextOffset: Int64, sequence: Int64) {
        self.topic = topic
        self.partition = partition
        self.nextOffset = nextOffset
        self.sequence = sequence
    }
}

/// What is written beside the rows, in their transaction, once their outcome is known.
package struct Conclusion: Sendable {
    /// Rows of `_deskpipe_loads`.
    package var reports: [LoadingReport]
    /// Messages for topics, published after the commit and then removed.
    package var outbox: [OutboxMessage]

    package init(reports: [LoadingReport], outbox: [OutboxMessage]) {
        self.reports = reports
        self.outbox = outbox
    }
}

/// A message that waits in `_deskpipe_outbox`.
package struct OutboxMessage: Hashable, Sendable {
    package var id: String
    package var topic: String
    package var key: String
    /// JSON.
    package var body: String

    package init(id: String, topic: String, key: String, body: String) {
        self.id = id
        self.topic = topic
        self.key = key
        self.body = body
    }
}

extension DestinationSchema {
    package nonisolated var system: String { "other" }
}
