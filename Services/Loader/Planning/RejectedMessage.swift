package import Messaging
package import Model

/// A rejected record as `{ns}.rejected` carries it. Version 1; additive.
package struct RejectedMessage: Hashable, Sendable, Codable {
    package var version = 1
    /// Readers count an id once: messages are published at least once.
    package var id: String
    /// Nil for what names no known connection.
    package var tenant: TenantID?
    package var connection: ConnectionID?
    package var table: String?
    package var reason: String
    /// The record's JSON, cut at 1 MiB on a character boundary.
    package var record: String
    package var rejectedAt: Timestamp
    package var extractedAt: Timestamp?
    package var sequence: Int64?
    package var topic: String
    package var partition: Int32
    package var offset: Int64

    enum CodingKeys: String, CodingKey {
        case version, id, tenant, connection, table, reason, record, sequence, topic, partition, offset
        case rejectedAt = "rejected_at"
        case extractedAt = "extracted_at"
    }

    /// A record of a known connection, as its schema's `_sdc_rejected` has it too.
    package init(_ row: RejectedRow, of connection: ConnectionKey) {
        id = "\(connection)/\(row.table)/\(row.topic)/\(row.partition)/\(row.offset)/\(row.sequence ?? 0)"
        tenant = connection.tenant
        self.connection = connection.connection
        table = row.table
        reason = row.reason
        record = row.record
        rejectedAt = row.rejectedAt
        extractedAt = row.extractedAt
        sequence = row.sequence
        topic = row.topic
        partition = row.partition
        offset = row.offset
    }

    /// A delivery that goes to no schema.
    package init(foreign delivery: Delivery, reason: String, at now: Timestamp) {
        id = "\(delivery.topic)/\(delivery.partition)/\(delivery.offset)/\(delivery.timestamp.milliseconds)"
        self.reason = reason
        record = RecordText.cut(delivery.value ?? []).text
        rejectedAt = now
        topic = delivery.topic
        partition = delivery.partition
        offset = delivery.offset
    }
}
