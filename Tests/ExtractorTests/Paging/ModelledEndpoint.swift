import Catalog
import Extractor
import Model

/// An endpoint of any dialect in memory, as Zendesk's documentation has it: says what a page holds and what is said
/// around it.
struct ModelledEndpoint {
    struct Thing: Hashable {
        let id: Int64
        var time: Int64
    }

    let dialect: PaginationDialect
    private(set) var things: [Thing]

    init(_ dialect: PaginationDialect, _ things: [Thing]) {
        self.dialect = dialect
        self.things = things
    }

    /// Changes a record, which moves it to the end of an export.
    mutating func change(_ index: Int, at time: Int64) {
        things[index].time = time
    }

    func page(_ request: PageRequest) -> (things: [Thing], summary: PageSummary) {
        let item = { (name: String) in request.query.first { $0.name == name }?.value }
        let number = { (name: String) in item(name).flatMap { Int64($0) } }
        let byTime = things.sorted { ($0.time, $0.id) < ($1.time, $1.id) }
        let byID = things.sorted { $0.id < $1.id }
        switch dialect {
        case .cursorList:
            let start = number("start_time") ?? 0
            let after = number("page[after]") ?? .min
            let (page, isLast) = Self.cut(byID.filter { $0.id > after && $0.time >= start }, number("page[size]"))
            // As Zendesk does: a cursor on the last page too, none on an empty one.
            return (page, PageSummary(records: page.count, hasMore: !isLast, afterCursor: page.last.map { "\($0.id)" }))
        case .incrementalCursor:
            let saved =
                item("cursor")?.split(separator: ",").compactMap { Int64($0) } ?? [number("start_time") ?? 0, .min]
            let (page, isLast) = Self.cut(byTime.filter { ($0.time, $0.id) > (saved[0], saved[1]) }, number("per_page"))
            let cursor = page.last.map { "\($0.time),\($0.id)" } ?? item("cursor")
            return (page, PageSummary(records: page.count, endOfStream: isLast, afterCursor: cursor))
        case .incrementalTime, .incrementalTimeOpen:
            let start = number("start_time") ?? 0
            let (page, isLast) = Self.cut(byTime.filter { $0.time >= start }, number("per_page"))
            var summary = PageSummary(records: page.count, endTime: page.last?.time ?? start, nextPage: .link("x?y=1"))
            if dialect == .incrementalTime { summary.endOfStream = isLast }
            return (page, summary)
        case .offsetList:
            let before = Int((number("page") ?? 1) - 1) * Int(number("per_page") ?? 100)
            let (page, isLast) = Self.cut(Array(byID.dropFirst(before)), number("per_page"))
            return (page, PageSummary(records: page.count, nextPage: isLast ? .null : .link("https://evil.example/2")))
        case .singlePage:
            return (byID, PageSummary(records: byID.count))
        case .chatSinceID:
            let (page, _) = Self.cut(byID.filter { $0.id >= number("since_id") ?? .min }, number("limit"))
            return (page, PageSummary(records: page.count, greatestID: page.last?.id))
        case .chatIncremental, .chatIncrementalMicroseconds:
            let unit: Int64 = dialect == .chatIncremental ? 1 : 1_000_000
            let start = number("start_time") ?? 0
            let id = number("start_id")
            let rest = byTime.filter { $0.time * unit > start || ($0.time * unit == start && $0.id >= id ?? .min) }
            let (page, _) = Self.cut(rest, number("limit"))
            return (
                page,
                PageSummary(
                    records: page.count,
                    endTime: page.last.map { $0.time * unit } ?? start,
                    endID: page.last.map { "\($0.id)" },
                    nextPage: .link("https://evil.example/?start_time=1")
                )
            )
        }
    }

    private static func cut(_ things: [Thing], _ size: Int64?) -> ([Thing], isLast: Bool) {
        let page = Array(things.prefix(Int(size ?? 100)))
        return (page, page.count == things.count)
    }
}
