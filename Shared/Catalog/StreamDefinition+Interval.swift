package import Model

extension StreamDefinition {
    /// A full read of more requests than that is made once a day unless the configuration says otherwise.
    private static let manyRequests = 20
    private static let day = Duration.seconds(24 * 3600)

    /// How often a connection reads this stream.
    /// - Parameter requests: how many its last complete read took; nil where there was none.
    package func interval(in definition: ConnectionDefinition, requests: Int?) -> Duration {
        if let schedule = definition.schedules?[name] { return ScheduleGrid(beside: schedule).period }
        if let seconds = definition.intervals?[name] { return .seconds(seconds) }
        let every = ScheduleGrid(definition.schedule).period
        if let interval { return max(interval, every) }
        let isReadWhole = schema.replication != .incremental
        return isReadWhole && (requests ?? 0) > Self.manyRequests ? max(Self.day, every) : every
    }
}
