import Catalog
import Model

/// Chat's exports: a time, and the id of the last record where several share it.
extension Paginator {
    mutating func advanceChatExport(_ page: PageSummary) -> Move {
        guard case .chat(let start, let startID) = place else {
            return .failed(.paginationLoop(stream, position: "no time"))
        }
        // Also the place of a first run without records: the next one need not look before it.
        cursor = place.text
        guard page.records > 0 else { return .finished }
        let end = page.endTime ?? page.nextPageItem("start_time").flatMap { Int64($0) } ?? start
        guard end >= start else {
            return .failed(.paginationLoop(stream, position: "end_time \(end) before start_time \(start)"))
        }
        let endID = page.endID ?? page.nextPageItem("start_id")
        if end > start || (endID != nil && endID != startID) { return move(to: .chat(end, id: endID)) }
        return page.records >= pageSize ? enlarge(second: seconds(start)) : .finished
    }

    /// Seconds as the export counts time.
    func chatTime(_ seconds: Int64) -> Int64 {
        guard request.dialect == .chatIncrementalMicroseconds else { return seconds }
        let (time, isTooLarge) = seconds.multipliedReportingOverflow(by: 1_000_000)
        return isTooLarge ? .max : time
    }

    /// The second of the export's time.
    func seconds(_ time: Int64) -> Int64 {
        request.dialect == .chatIncrementalMicroseconds ? time / 1_000_000 : time
    }
}
