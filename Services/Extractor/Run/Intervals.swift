package import Catalog
package import Model

/// Which streams a run reads: those whose own interval has passed since they were read last.
///
/// One that is not due is reported as caught up, with the time as of which it is.
package struct Intervals: Sendable {
    /// A full read of more requests than that is made once a day unless the configuration says otherwise.
    package static let manyRequests = 20
    private static let day = Duration.seconds(24 * 3600)

    private let definition: ConnectionDefinition
    private let trigger: ExtractionReport.Trigger

    package init(_ definition: ConnectionDefinition, _ trigger: ExtractionReport.Trigger) {
        self.definition = definition
        self.trigger = trigger
    }

    /// How often a stream is read.
    package func interval(of stream: StreamDefinition, _ bookmark: Bookmark?) -> Duration {
        let every = Duration.seconds(definition.schedule.everySeconds)
        if let seconds = definition.intervals?[stream.name] { return .seconds(seconds) }
        if let interval = stream.interval { return max(interval, every) }
        let isReadWhole = stream.schema.replication != .incremental
        return isReadWhole && (bookmark?.requests ?? 0) > Self.manyRequests ? max(Self.day, every) : every
    }

    /// True where the stream is to be read now: always in a run that a person asked for, and while a read that was
    /// broken off has to go on.
    package func isDue(_ stream: StreamDefinition, _ bookmark: Bookmark?, now: Timestamp) -> Bool {
        guard trigger == .schedule, let bookmark, bookmark.complete, let asOf = bookmark.asOf else { return true }
        let every = Duration.seconds(definition.schedule.everySeconds)
        let interval = interval(of: stream, bookmark)
        guard interval > every else { return true }
        // The scheduled start that is nearest: starts are a little early or late, and what is read says as of before.
        return now + every / 2 >= asOf + interval
    }
}
