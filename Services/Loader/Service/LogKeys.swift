/// Keys of log metadata.
enum LogKeys {
    static let connection = "pipeline.connection.id"
    static let schema = "db.namespace"
    static let table = "db.collection.name"
    static let topic = "messaging.destination.name"
    static let partition = "messaging.destination.partition.id"
    static let offset = "kafka.offset"
    static let error = "error.message"
    static let rows = "db.response.returned_rows"
    static let events = "messaging.batch.message_count"
}
