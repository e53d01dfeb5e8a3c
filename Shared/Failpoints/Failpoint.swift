/// A step at which a test has this process die, fail or wait: before and after everything that has to survive that.
///
/// Inert in a process that no test has armed: then a hit is the load of one constant. docs/reliability.md lists all of
/// them with where they are hit and what that proves.
package enum Failpoint: String, CaseIterable, Sendable {
    // MARK: A run of the extractor

    /// Older runs are fenced, nothing is read. Taking over alone changes nothing.
    case producerTaken = "producer-taken"
    /// Bookmarks are read, nothing is asked for. A run that has read its place has taken nothing by that.
    case bookmarkRead = "bookmark-read"
    /// A page is decoded and in memory alone. It is asked for again: nothing counted on it.
    case pageReceived = "page-received"
    /// A page's messages are made, none is published. As above; and sequences that were given are not missed.
    case pagePublishing = "page-publishing"
    /// A page and its bookmark are durable, and the run does not know. The next one goes on behind it.
    case pagePublished = "page-published"
    /// The connection's state has changed in memory. It is as it was before.
    case stateWriting = "state-writing"
    /// The connection's state is durable, nothing has come of it. What it says is taken up by the next run.
    case stateWritten = "state-written"
    /// A command is taken up, nothing is written. It is obeyed by whoever has the connection next.
    case commandTaken = "command-taken"
    /// A command's effect is durable and has not begun. It is not obeyed twice, and not forgotten.
    case commandAcknowledged = "command-acknowledged"
    /// It is written that a pair of tokens is being renewed, Zendesk is not asked. The old pair is good.
    case tokenAsking = "token-asking"
    /// Zendesk has ended the old pair, the new one is in memory alone. The only loss there can be: the next run says
    /// that a login is needed.
    case tokenRotated = "token-rotated"
    /// The new pair is durable and not used. The next run works with it.
    case tokenKept = "token-kept"
    /// The run has ended, its report is not published. The tables do not depend on it.
    case extractionReportPublishing = "extraction-report-publishing"
    /// The run's report is published. Nothing is left to do.
    case extractionReportPublished = "extraction-report-published"

    // MARK: The log

    /// The embedded log's rows are written, their transaction is not committed. All of them are gone.
    case logAppended = "log-appended"
    /// The embedded log's transaction is committed, who published does not know. All of them are there.
    case logCommitted = "log-committed"
    /// Old messages of the embedded log are deleted and its new start is written, in a transaction that is open. No
    /// message is gone that a group had still to read.
    case logTrimmed = "log-trimmed"
    /// A page's messages are with the brokers, in a transaction that is open. Readers of committed messages see none.
    case kafkaTransactionSent = "kafka-transaction-sent"
    /// Kafka has committed a page's transaction, who published does not know. All of it is there once.
    case kafkaTransactionCommitted = "kafka-transaction-committed"

    // MARK: Loading

    /// Messages are received, nothing is done with them. They come again.
    case deliveryReceived = "delivery-received"
    /// Messages of no connection are in `{ns}.rejected`, the group has not passed them. They may be there twice, never
    /// not at all.
    case foreignPublished = "foreign-published"
    /// COPY into a staging table is open; hit before each of its pieces. Staged rows are nobody's.
    case copyBegun = "copy-begun"
    /// A batch's rows are staged, no lock is held. As above.
    case rowsStaged = "rows-staged"
    /// The positions are locked and as the batch expects them. The lock goes with the session.
    case positionsLocked = "positions-locked"
    /// Rows and sub-rows are in their tables, in a transaction that is open. None of them is seen.
    case rowsMerged = "rows-merged"
    /// What a complete read did not bring is deleted or marked, in a transaction that is open. It is all there still.
    case versionsApplied = "versions-applied"
    /// The positions are advanced, in a transaction that is open. Rows and positions go together.
    case positionsWritten = "positions-written"
    /// All of a batch's transaction is done but its end. It is nothing.
    case commitSending = "commit-sending"
    /// A file of the batch is about to be put in place; hit before each. Files that no manifest names do not count.
    case filesRenaming = "files-renaming"
    /// COMMIT is sent, its answer is not read. Whether it took place is in the positions, and nowhere else.
    case commitSent = "commit-sent"
    /// The batch is durable, the loader does not know. Its events come again and are repeats.
    case commitAnswered = "commit-answered"
    /// Reports are read from the outbox, not published. They stay there.
    case reportRelaying = "report-relaying"
    /// Reports are published, and still in the outbox. They are published again, with the same ids.
    case reportRelayed = "report-relayed"
    /// Reports are published and out of the outbox. Nothing is left to do.
    case outboxEmptied = "outbox-emptied"
    /// The group's offsets are about to be committed. What they would pass comes again, as repeats.
    case groupCommitting = "group-committing"
    /// The group's offsets are committed. They pass nothing that is not loaded.
    case groupCommitted = "group-committed"

    /// True where the step can fail without ending the process, so that `error` is an action for it.
    package var canFail: Bool {
        switch self {
        case .pageReceived, .pagePublishing, .stateWriting, .commandTaken, .extractionReportPublishing, .logAppended,
            .deliveryReceived, .rowsStaged, .positionsLocked, .rowsMerged, .versionsApplied, .positionsWritten,
            .commitSending, .filesRenaming, .commitAnswered, .reportRelaying, .groupCommitting:
            true
        case .producerTaken, .bookmarkRead, .pagePublished, .stateWritten, .commandAcknowledged, .tokenAsking,
            .tokenRotated, .tokenKept, .extractionReportPublished, .logCommitted, .logTrimmed, .kafkaTransactionSent,
            .kafkaTransactionCommitted, .foreignPublished, .copyBegun, .commitSent, .reportRelayed, .outboxEmptied,
            .groupCommitted:
            false
        }
    }
}
