import Catalog
import Extractor
import Model

/// One account at Zendesk: streams of records that change, answered a page at a time in the words of each dialect, and
/// a budget of requests that is announced with each answer.
struct SimulatedDesk {
    struct Thing: Hashable {
        var id: Int64
        /// When it changed last, seconds since 1970.
        var time: Int64
        /// Rises with each change of any record.
        var version: Int64
        var tags: Int
        /// A value of any type, as JSON.
        var odd: String
    }

    struct Stream {
        let definition: StreamDefinition
        let request: Request
        var things: [Int64: Thing] = [:]
    }

    /// What a request came to.
    enum Answer {
        case page([UInt8], RateHeaders)
        case refused(Int, RateHeaders)
    }

    /// Exports show nothing that is younger.
    static let holdback: Int64 = 60

    private(set) var streams: [StreamName: Stream] = [:]
    private var version: Int64 = 0
    private var lastID: Int64 = 0
    private let limit: Int
    private var used = 0
    private var windowStart: Timestamp?

    init(using random: inout some RandomNumberGenerator) {
        limit = Int.random(in: 6...60, using: &random)
        let exports: [PaginationDialect] = [.incrementalCursor, .incrementalTime, .chatIncremental]
        let lists: [PaginationDialect] = [.cursorList, .offsetList]
        for (name, replication) in [("tickets", .incremental), ("tags", .full), ("groups", .kept)] as [(_, Replication)]
        {
            let dialects = replication == .incremental ? exports : lists
            add(StreamName(rawValue: name), replication, dialects.randomElement(using: &random) ?? .cursorList, &random)
        }
    }

    private mutating func add(
        _ name: StreamName,
        _ replication: Replication,
        _ dialect: PaginationDialect,
        _ random: inout some RandomNumberGenerator
    ) {
        let request = Request(
            path: "\(name).json",
            dialect: dialect,
            envelope: .list("things"),
            pageSize: Int.random(in: 2...4, using: &random),
            bucket: dialect.isExport ? .incrementalExports : .account
        )
        let definition = StreamDefinition(
            name,
            origin: .request(request),
            replication: replication,
            replicationKey: "time",
            columns: Columns(integer: "id time v", string: "tags[]")
        )
        streams[name] = Stream(definition: definition, request: request)
    }

    /// Changes some records of a stream, all in this second.
    mutating func change(_ name: StreamName, at now: Timestamp, using random: inout some RandomNumberGenerator) {
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            let known = streams[name]?.things.keys.sorted() ?? []
            if streams[name]?.definition.schema.replication != .incremental,
                let id = known.randomElement(using: &random),
                Int.random(in: 0..<4, using: &random) == 0
            {
                streams[name]?.things[id] = nil
                continue
            }
            version += 1
            let isNew = known.count < 3 || known.count < 9 && Bool.random(using: &random)
            if isNew { lastID += 1 }
            let id = isNew ? lastID : known.randomElement(using: &random) ?? 1
            streams[name]?.things[id] = Thing(
                id: id,
                time: now.seconds,
                version: version,
                tags: Int.random(in: 0...2, using: &random),
                odd: Self.odd.randomElement(using: &random) ?? "null"
            )
        }
    }

    private static let odd = [
        "5", "1.5", "\"a\"", "true", "null", "\"2026-01-01\"", "[1,[2]]", "{\"y\":3}", "\"\"", "1e400",
    ]

    /// The budget's window, as Zendesk counts it.
    private mutating func take(at now: Timestamp) -> (isIn: Bool, resets: Int64) {
        if let start = windowStart, now - start >= .seconds(60) { (windowStart, used) = (nil, 0) }
        let start = windowStart ?? now
        windowStart = start
        used += 1
        let left = (start + .seconds(60) - now).wholeMilliseconds
        return (used <= limit, max(1, (left + 999) / 1000))
    }

    mutating func answer(
        _ request: PageRequest,
        of name: StreamName,
        at now: Timestamp,
        faults: Bool,
        using random: inout some RandomNumberGenerator
    ) -> Answer {
        let (isIn, resets) = take(at: now)
        var headers = RateHeaders(account: .init(remaining: max(0, limit - used), total: limit, resets: resets))
        guard isIn else {
            headers.retryAfter = "\(resets)"
            return .refused(429, headers)
        }
        if faults, Int.random(in: 0..<12, using: &random) == 0 {
            headers.retryAfter = ["1", "30", "90", nil].randomElement(using: &random) ?? nil
            return .refused([429, 503, 500].randomElement(using: &random) ?? 500, headers)
        }
        return .page(page(request, of: name, at: now), headers)
    }

    private func page(_ request: PageRequest, of name: StreamName, at now: Timestamp) -> [UInt8] {
        guard let stream = streams[name] else { return [] }
        let item = { (name: String) in request.query.first { $0.name == name }?.value }
        let number = { (name: String) in item(name).flatMap { Int64($0) } }
        let size = Int(number("per_page") ?? number("page[size]") ?? number("limit") ?? 100)
        let byID = stream.things.values.sorted { $0.id < $1.id }
        let byTime = stream.things.values.filter { $0.time <= now.seconds - Self.holdback }
            .sorted { ($0.time, $0.id) < ($1.time, $1.id) }
        let rest: [Thing]
        switch stream.request.dialect {
        case .incrementalCursor:
            let place =
                item("cursor")?.split(separator: ",").compactMap { Int64($0) } ?? [number("start_time") ?? 0, 0]
            rest = byTime.filter { ($0.time, $0.id) > (place[0], place[1]) }
        case .chatIncremental:
            let start = number("start_time") ?? 0
            rest = byTime.filter { $0.time > start || $0.time == start && $0.id >= number("start_id") ?? 0 }
        case .cursorList: rest = byID.filter { $0.id > number("page[after]") ?? 0 }
        case .offsetList: rest = Array(byID.dropFirst(Int((number("page") ?? 1) - 1) * size))
        default: rest = byTime.filter { $0.time >= number("start_time") ?? 0 }
        }
        let isLast = rest.count <= size
        let things = rest.prefix(size)
        let last = things.last
        let around: String
        switch stream.request.dialect {
        case .incrementalCursor:
            let cursor = last.map { "\($0.time),\($0.id)" } ?? item("cursor") ?? "\(number("start_time") ?? 0),0"
            around = #""after_cursor":"\#(cursor)","end_of_stream":\#(isLast)"#
        case .chatIncremental:
            around = #""end_time":\#(last?.time ?? number("start_time") ?? 0),"end_id":"\#(last?.id ?? 0)""#
        case .cursorList:
            around = #""meta":{"has_more":\#(!isLast),"after_cursor":"\#(last?.id ?? 0)"}"#
        case .offsetList: around = #""next_page":\#(isLast ? "null" : "\"https://evil.example/\"")"#
        default:
            around = #""end_time":\#(last?.time ?? number("start_time") ?? 0),"end_of_stream":\#(isLast)"#
        }
        return Array("{\"things\":[\(things.map(\.json).joined(separator: ","))],\(around)}".utf8)
    }
}

extension SimulatedDesk.Thing {
    fileprivate var json: String {
        let tags = (0..<self.tags).map { "\"t\($0)\"" }.joined(separator: ",")
        return #"{"id":\#(id),"time":\#(time),"v":\#(version),"tags":[\#(tags)],"x":\#(odd)}"#
    }
}
