/// Keys of log metadata: OpenTelemetry's names where it has one, `pipeline.` and `kafka.` before ours.
/// Source: https://opentelemetry.io/docs/specs/semconv/registry/attributes/
package enum LogKeys {
    package static let connection = "pipeline.connection.id"
    package static let run = "pipeline.run.id"
    package static let status = "pipeline.run.status"
    package static let stream = "pipeline.stream"
    package static let schema = "db.namespace"
    package static let table = "db.collection.name"
    package static let rows = "db.response.returned_rows"
    package static let topic = "messaging.destination.name"
    package static let partition = "messaging.destination.partition.id"
    package static let events = "messaging.batch.message_count"
    package static let group = "messaging.consumer.group.name"
    package static let offset = "kafka.offset"
    package static let facility = "kafka.facility"
    package static let call = "kafka.call"
    package static let signal = "process.signal"
    package static let address = "server.address"
    package static let port = "server.port"
    /// What went wrong, in words for people.
    package static let error = "error.message"
    /// Its class: a code or a type's name.
    package static let errorType = "error.type"
}
