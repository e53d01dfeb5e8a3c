package import Catalog
package import Model

/// Which streams a run reads: those whose own schedule or interval says so since they were read last.
///
/// One that is not due is reported as caught up, with the time as of which it is.
package struct Intervals: Sendable {
    /// A start that lies this much before what is read is not another one: starts are a little late, and exports are read
    /// as of a minute ago.
    private static let slack = Duration.seconds(120)

    private let definition: ConnectionDefinition
    private let trigger: ExtractionReport.Trigger
    private let every: Duration

    package init(_ definition: ConnectionDefinition, _ trigger: ExtractionReport.Trigger) {
        self.definition = definition
        self.trigger = trigger
        every = ScheduleGrid(definition.schedule).period
    }

    /// How often a stream is read.
    package func interval(of stream: StreamDefinition, _ bookmark: Bookmark?) -> Duration {
        stream.interval(in: definition, requests: bookmark?.requests)
    }

    /// True where the stream is to be read now: always in a run that a person asked for, while a read that was broken off
    /// has to go on, and where the clock says that what was read is of the future.
    package func isDue(_ stream: StreamDefinition, _ bookmark: Bookmark?, now: Timestamp) -> Bool {
        guard trigger == .schedule, let bookmark, bookmark.complete, let asOf = bookmark.asOf, asOf <= now else {
            return true
        }
        if let schedule = definition.schedules?[stream.name] { return has(schedule, startedSince: asOf, now: now) }
        // The run may be for a stream with a schedule of its own.
        if definition.schedules?.isEmpty == false, !has(definition.schedule, startedSince: asOf, now: now) {
            return false
        }
        let interval = interval(of: stream, bookmark)
        guard interval > every else { return true }
        // The scheduled start that is nearest: starts are a little early or late, and what is read says as of before.
        return now + every / 2 >= asOf + interval
    }

    private func has(_ schedule: Schedule, startedSince asOf: Timestamp, now: Timestamp) -> Bool {
        let grid = ScheduleGrid(beside: schedule)
        let since = asOf + min(Self.slack, grid.period / 2)
        return grid.starts(after: since, through: now, last: now).count > 0
    }
}
