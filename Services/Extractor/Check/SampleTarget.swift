package import Catalog
package import Model

/// The smallest request that shows whether an endpoint answers.
package enum SampleTarget {
    /// Path and query of a request for one record.
    /// - Parameter start: what exports are asked from, as a run does.
    package static func target(of request: Request, of stream: StreamName, start: Timestamp, now: Timestamp) -> String {
        var small = request
        small.pageSize = 1
        small.largerPageSize = nil
        var paginator = Paginator(stream, small)
        // The longest time that an export holds back.
        let start = min(start, now - .seconds(301))
        return paginator.first(bookmark: nil, startDate: start, now: now).target
    }
}
