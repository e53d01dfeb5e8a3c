package import Catalog
import Model

extension Paginator {
    /// The request for the page at the present place.
    var pageRequest: PageRequest {
        var query: [PageRequest.QueryItem] = []
        switch place {
        case .beginning: break
        case .cursor(let cursor): query.append(.init(request.dialect == .cursorList ? "page[after]" : "cursor", cursor))
        case .time(let start): query.append(.init("start_time", String(start)))
        case .page(let number):
            if number > 1 || request.dialect == .offsetList { query.append(.init("page", String(number))) }
        case .id(let id): query.append(.init("since_id", String(id)))
        case .chat(let time, let id):
            query.append(.init("start_time", String(time)))
            if let id { query.append(.init("start_id", id)) }
        }
        if let window { query += items(of: window) }
        if let name = pageSizeName { query.append(.init(name, String(pageSize))) }
        if !request.sideLoads.isEmpty { query.append(.init("include", request.sideLoads.joined(separator: ","))) }
        query += request.parameters.sorted { $0.key < $1.key }.map { .init($0.key, $0.value) }
        return PageRequest(path: request.path, query: query, bucket: request.bucket)
    }

    private var pageSizeName: String? {
        switch request.dialect {
        case .cursorList: "page[size]"
        case .incrementalCursor, .incrementalTime, .incrementalTimeOpen, .offsetList: "per_page"
        case .chatSinceID, .chatIncremental, .chatIncrementalMicroseconds: "limit"
        case .singlePage: nil
        }
    }

    private func items(of window: ListWindow) -> [PageRequest.QueryItem] {
        switch request.start {
        case .none: []
        case .startTime: [.init("start_time", String(window.start))]
        case .createdAtFilter:
            [window.start, window.end].map { seconds in
                .init("filter[created_at][]", Timestamp(seconds: seconds).formatted(.seconds))
            }
        }
    }
}

extension Request {
    /// The path with a parent record's key in the place of `{id}`, percent-encoded.
    package func path(for parentKey: String) -> String {
        path.split(separator: "/", omittingEmptySubsequences: false)
            .map { $0 == "{id}" ? PageRequest.encoded(parentKey) : String($0) }
            .joined(separator: "/")
    }
}

extension PaginationDialect {
    /// True for what shows changes since a time; false for what lists everything that there is.
    package var isExport: Bool {
        switch self {
        case .incrementalCursor, .incrementalTime, .incrementalTimeOpen, .chatIncremental,
            .chatIncrementalMicroseconds:
            true
        case .cursorList, .offsetList, .singlePage, .chatSinceID: false
        }
    }
}
