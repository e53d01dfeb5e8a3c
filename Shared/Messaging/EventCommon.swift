import Model

/// What the events of one stream in one run have in common; shared, so that an event copies a reference.
final class EventCommon: Hashable, Sendable {
    let type: EventType
    let connection: ConnectionKey
    let stream: StreamName
    let run: RunID

    init(type: EventType, connection: ConnectionKey, stream: StreamName, run: RunID) {
        self.type = type
        self.connection = connection
        self.stream = stream
        self.run = run
    }

    static func == (left: EventCommon, right: EventCommon) -> Bool {
        left === right
            || left.type == right.type && left.connection == right.connection && left.stream == right.stream
                && left.run == right.run
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(type)
        hasher.combine(connection)
        hasher.combine(stream)
        hasher.combine(run)
    }
}
