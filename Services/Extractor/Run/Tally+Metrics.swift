import Model
import ServiceRuntime

extension Publication.Tally {
    /// Counts what was published of a stream.
    func record(_ stream: StreamName, pages: Int) {
        MetricNames.pagesPublished.add(pages, stream.rawValue)
        MetricNames.recordsPublished.add(records, stream.rawValue)
        MetricNames.recordsRefused.add(rejected, stream.rawValue)
    }
}
