import JSONScan
import Messaging
import Model

/// What becomes of rows of `_sdc_rejected` before they are loaded again. Pure.
struct ReplayedEvents {
    /// Records to load, in order of their sequences.
    private(set) var events: [BatchEvent] = []
    /// Rows whose record a complete read that came later did not bring, or brought anew.
    private(set) var outdated: [StoredRejection] = []
    /// Rows that can never be loaded, with the reason.
    private(set) var hopeless: [RejectedRow] = []

    private let connection: ConnectionKey
    private let time: Timestamp

    /// - Parameters:
    ///   - oldest: see ``DestinationSchema/oldestVersion(in:)``.
    ///   - time: what rows that are rejected again are stamped with.
    init(
        _ rows: [StoredRejection],
        of schema: StreamSchema?,
        connection: ConnectionKey,
        oldest: Int64?,
        at time: Timestamp
    ) {
        self.connection = connection
        self.time = time
        for stored in rows {
            if let version = stored.row.tableVersion, let oldest, version < oldest {
                outdated.append(stored)
            } else {
                do throws(Hopelessness) {
                    let elements = try elements(of: stored.row)
                    events.append(event(stored.row, elements, key: schema?.key ?? []))
                } catch {
                    var row = stored.row
                    (row.reason, row.rejectedAt, row.replayable) = (error.reason, time, false)
                    hopeless.append(row)
                }
            }
        }
        events.sort { ($0.sequence ?? 0, $0.offset) < ($1.sequence ?? 0, $1.offset) }
    }

    /// Why a row can never be loaded.
    private struct Hopelessness: Error {
        let reason: String
    }

    /// How many elements the arrays of a row's record have, where it may be loaded.
    private func elements(of row: RejectedRow) throws(Hopelessness) -> Int {
        guard row.sequence != nil else {
            throw Hopelessness(reason: "the record's sequence is not known, so that nothing tells which is newer")
        }
        let bytes = Array(row.record.utf8)
        var outline = JSONOutline()
        do {
            _ = try JSON.validate(bytes.span, limits: JSONLimits(depth: 65), outline: &outline)
            return outline.elements
        } catch {
            throw Hopelessness(reason: "the stored record is not valid JSON: \(error.words)")
        }
    }

    private func event(_ row: RejectedRow, _ elements: Int, key: [String]) -> BatchEvent {
        let data = Bytes(row.record.utf8)
        let sequence = row.sequence ?? 0
        let envelope = EventEnvelope(
            type: .upsert,
            connection: connection,
            stream: StreamName(rawValue: row.table),
            subject: RecordSubject.of(data, key: key) ?? EventEnvelope.digits(sequence),
            time: row.extractedAt ?? row.rejectedAt,
            sequence: sequence,
            tableVersion: row.tableVersion,
            run: RunID(rawValue: "replay")
        )
        let delivery = Delivery(
            topic: row.topic,
            partition: row.partition,
            offset: row.offset,
            // When the log took it is not kept; it was rejected soon after.
            timestamp: row.rejectedAt,
            key: nil,
            value: data
        )
        let content = BatchEvent.Content.upsert(RecordEvent(envelope: envelope, data: data, elements: elements))
        return BatchEvent(stream: envelope.stream, delivery: delivery, content: content)
    }
}
