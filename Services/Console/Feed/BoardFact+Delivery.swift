import Foundation
package import Messaging
import Model

extension BoardFact {
    /// What a message says. Nil for one that says nothing to the board: of another topic, or one that does not decode, be
    /// it a newer version's or nobody's; what was known before stays.
    package init?(_ delivery: Delivery, in namespace: Namespace) {
        let fact: BoardFact? =
            switch delivery.topic {
            case namespace.connections: Self.definition(delivery)
            case namespace.bookmarks: Self.bookmark(delivery)
            case namespace.progress: delivery.decoded().map(BoardFact.progress)
            case namespace.extractionReports: delivery.decoded().map(BoardFact.extraction)
            case namespace.loadingReports: delivery.loadingReport.map(BoardFact.loading)
            case namespace.rejected: Self.rejected(delivery)
            default: nil
            }
        guard let fact else { return nil }
        self = fact
    }

    private static func definition(_ delivery: Delivery) -> BoardFact? {
        guard let key = delivery.keyText.flatMap(MessageKey.connection(of:)) else { return nil }
        guard delivery.value != nil else { return .definition(key, nil) }
        guard let definition: ConnectionDefinition = delivery.decoded(), definition.key == key else { return nil }
        return .definition(key, definition)
    }

    private static func bookmark(_ delivery: Delivery) -> BoardFact? {
        guard let text = delivery.keyText, let key = MessageKey.connection(of: text) else { return nil }
        if text == MessageKey.state(key) {
            guard delivery.value != nil else { return .state(key, nil) }
            return delivery.decoded().map { .state(key, $0) }
        }
        let name = text.dropFirst(key.description.utf8.count + 1)
        guard let stream = String(name).removingPercentEncoding.map(StreamName.init(rawValue:)) else { return nil }
        guard delivery.value != nil else { return .bookmark(key, stream, nil) }
        return delivery.decoded().map { .bookmark(key, stream, $0) }
    }

    private static func rejected(_ delivery: Delivery) -> BoardFact? {
        guard let message: RejectedBody = delivery.decoded(), let tenant = message.tenant,
            let connection = message.connection, let table = message.table
        else { return nil }
        let row = RejectionRow(
            table: table,
            reason: message.reason,
            rejectedAt: message.rejectedAt,
            extractedAt: message.extractedAt,
            sequence: message.sequence,
            bytes: message.record.utf8.count,
            topic: message.topic,
            partition: message.partition,
            offset: message.offset,
            place: RejectedPlace(partition: delivery.partition, offset: delivery.offset)
        )
        let key = ConnectionKey(tenant: tenant, connection: connection)
        return .rejected(RejectedFact(id: message.id, connection: key, row: row))
    }
}

/// A message of `{ns}.rejected`, as docs/reports.md has it.
struct RejectedBody: Decodable {
    var id: String
    /// Nil for what names no known connection.
    var tenant: TenantID?
    var connection: ConnectionID?
    var table: String?
    var reason: String
    var record: String
    var rejectedAt: Timestamp
    var extractedAt: Timestamp?
    var sequence: Int64?
    var topic: String
    var partition: Int32
    var offset: Int64

    enum CodingKeys: String, CodingKey {
        case id, tenant, connection, table, reason, record, sequence, topic, partition, offset
        case rejectedAt = "rejected_at"
        case extractedAt = "extracted_at"
    }
}
