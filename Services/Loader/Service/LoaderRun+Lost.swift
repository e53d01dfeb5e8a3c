import Catalog
import Logging
import Messaging
import Model

/// Schemas that are behind what the group has committed: a loss of power took their newest batches, or an older copy of
/// them was put in place.
extension LoaderRun {
    /// Has the log bring again what a schema that was just opened may lack: all from its own positions on, and a topic
    /// that it knows nothing of from the start. What the others have is a repeat to them.
    func readAgainWhatIsLost(_ key: ConnectionKey) async throws {
        guard let consumer, let lane = lanes[key], !lane.isCompared, let session = lane.session,
            session.schema.mayFallBehind
        else { return }
        lanes[key]?.isCompared = true
        let streams = streams(of: lane.definition)
        let kept = try await consumer.watermarks(of: Array(streams.keys))
        var targets: [TopicPartition: Int64] = [:]
        for (partition, stream) in streams.sorted(by: { $0.key < $1.key }) {
            guard let kept = kept[partition], let next = tracker.next[partition] else { continue }
            let position = session.builder.filter.positions[partition]?.nextOffset
            let start = max(position ?? 0, kept.lowerBound)
            if start < next { targets[partition] = start }
            // What others have there tells nothing of what this one had.
            if let position, position < start, isAlone(lane.definition) {
                try await report(position..<start, in: partition, stream, of: lane.definition)
            }
        }
        guard !targets.isEmpty else { return }
        service.logger.info(
            "reading again from where the destination is",
            metadata: [LogKeys.connection: "\(key)", LogKeys.schema: "\(lane.definition.schema)"]
        )
        for (partition, offset) in targets { tracker.pin(key, partition, at: offset) }
    }

    /// The assigned partitions that a connection's records are in, with their streams.
    private func streams(of definition: ConnectionDefinition) -> [TopicPartition: StreamName] {
        let partition = service.partition(of: definition.tenant)
        var streams: [TopicPartition: StreamName] = [:]
        for stream in service.streams where stream.source == definition.source {
            let topic = service.namespace.records(stream.source, stream.name)
            let place = TopicPartition(topic: topic, partition: partition)
            if tracker.isAssigned(place) { streams[place] = stream.name }
        }
        return streams
    }

    /// True when no other connection's records are in the same partitions.
    private func isAlone(_ definition: ConnectionDefinition) -> Bool {
        let partition = service.partition(of: definition.tenant)
        return registry.connections.allSatisfy { other in
            other.key == definition.key || other.source != definition.source
                || service.partition(of: other.tenant) != partition
        }
    }
}
