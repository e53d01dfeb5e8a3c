import Catalog
import Model
import Testing

@Suite("Catalogue")
struct CatalogTests {
    @Test("names are unique within a source")
    func unique() {
        for source in Source.allCases {
            let names = Catalog.streams(of: source).map(\.name)
            #expect(Set(names).count == names.count)
        }
    }

    @Test("keys and replication keys are declared columns", arguments: Catalog.streams)
    func keys(stream: StreamDefinition) {
        let paths = Set(stream.schema.columns.map(\.path))
        for key in stream.schema.key { #expect(paths.contains(key), "\(stream.name).\(key)") }
        if let key = stream.schema.replicationKey { #expect(paths.contains(key), "\(stream.name).\(key)") }
    }

    @Test("a column is declared once, and what is cut out is not declared", arguments: Catalog.streams)
    func columns(stream: StreamDefinition) {
        let paths = stream.schema.columns.map(\.path)
        #expect(Set(paths).count == paths.count)
        for field in stream.spliced { #expect(!paths.contains { $0 == field || $0.hasPrefix(field + ".") }) }
    }

    @Test("a derived stream comes out of a field that its parent's records lose", arguments: Catalog.streams)
    func derived(stream: StreamDefinition) throws {
        guard case .field(let field, let parent) = stream.origin else { return }
        let definition = try #require(Catalog.stream(parent, of: stream.source))
        #expect(definition.spliced.contains(field))
    }

    @Test("selection names streams, takes all but some, and refuses unknown names with the nearest")
    func selection() throws {
        func names(_ selection: StreamSelection) throws -> [String] {
            try Catalog.streams(of: .support, selectedBy: selection).map(\.name.rawValue)
        }
        #expect(try names(StreamSelection(include: ["users", "tickets"])) == ["tickets", "users"])
        #expect(try !names(StreamSelection(exclude: ["groups"])).contains("groups"))
        #expect(try names(StreamSelection(include: ["*"], exclude: ["tickets"])).contains("users"))
        #expect(throws: CatalogError.unknownStream("tickts", nearest: "tickets")) {
            try names(StreamSelection(include: ["tickts"]))
        }
    }

    @Test("without a configuration the tables are Stitch's")
    func defaults() throws {
        func names(_ source: Source) throws -> Set<String> {
            Set(try Catalog.streams(of: source, selectedBy: StreamSelection()).map(\.name.rawValue))
        }
        #expect(
            try names(.support) == [
                "tickets", "ticket_metrics", "ticket_comments", "ticket_audits", "ticket_metric_events",
                "ticket_fields", "ticket_forms", "users", "organizations", "groups", "group_memberships", "macros",
                "satisfaction_ratings", "sla_policies", "tags", "talk_phone_numbers",
            ]
        )
        #expect(
            try names(.chat) == [
                "account", "agents", "bans", "chats", "departments", "goals", "shortcuts", "triggers",
            ]
        )
    }

    @Test("patterns take what they fit, but no stream with a request per record beyond the default ones")
    func patterns() throws {
        func names(_ include: [String], exclude: [String] = []) throws -> [String] {
            let selection = StreamSelection(include: include, exclude: exclude)
            return try Catalog.streams(of: .support, selectedBy: selection).map(\.name.rawValue)
        }
        #expect(try names(["talk_*"]) == ["talk_phone_numbers", "talk_calls", "talk_legs"])
        #expect(try names(["*_fields"], exclude: ["user_*"]) == ["ticket_fields", "organization_fields"])
        let all = try names(["*"])
        #expect(all.contains("ticket_audits") && all.contains("schedules") && !all.contains("schedule_holidays"))
        #expect(try !names(["schedule*"]).contains("schedule_holidays"))
        #expect(try names(["schedule_holidays"]) == ["schedule_holidays"])
        #expect(try !names(["*"], exclude: ["help_center_*"]).contains { $0.hasPrefix("help_center_") })
    }

    @Test("a stream's parents are streams of its source", arguments: Catalog.streams)
    func parents(stream: StreamDefinition) {
        for parent in [stream.origin.parent, stream.alsoFrom?.parent].compactMap(\.self) {
            #expect(Catalog.stream(parent, of: stream.source) != nil, "\(parent)")
        }
    }

    @Test("a path has a place for the parent's key where there is a request per record, and else none")
    func paths() {
        for stream in Catalog.streams {
            switch stream.origin {
            case .request(let request): #expect(!request.path.contains("{"), "\(stream.name)")
            case .perRecord(let request, _):
                #expect(request.path.split(separator: "/").contains("{id}"), "\(stream.name)")
            case .field, .list, .elements: continue
            }
        }
    }

    @Test("lists that are asked from a time on are cursor lists with a replication key; only they have a window")
    func timedLists() {
        var timed: Set<String> = []
        for stream in Catalog.streams {
            guard case .request(let request) = stream.origin else { continue }
            if request.start != .none {
                timed.insert(stream.name.rawValue)
                #expect(request.dialect == .cursorList && stream.schema.replicationKey != nil, "\(stream.name)")
            }
            #expect(request.rereadWindow == nil || request.start == .startTime, "\(stream.name)")
        }
        #expect(timed == ["ticket_metric_events", "satisfaction_ratings", "audit_logs"])
    }

    @Test("streams that share a budget with one request at a time have an order")
    func ranks() {
        var streams: [RateBucket: [Int: String]] = [:]
        for stream in Catalog.streams {
            guard case .request(let request) = stream.origin, request.bucket.isSingleFlight else { continue }
            let other = streams[request.bucket, default: [:]].updateValue(stream.name.rawValue, forKey: request.rank)
            #expect(other == nil, "\(stream.name) and \(other ?? "")")
        }
        #expect(streams[.incrementalExports] == [0: "tickets", 1: "organizations", 2: "ticket_events"])
    }

    @Test("declared names fit PostgreSQL, and paths are well-formed", arguments: Catalog.streams)
    func names(stream: StreamDefinition) {
        for column in stream.schema.columns {
            #expect(column.path.wholeMatch(of: #/[a-z0-9_]+(\[\])?(\.[a-z0-9_]+(\[\])?)*/#) != nil, "\(column.path)")
            let place = TablePlace(of: column.path, in: stream.name.rawValue)
            #expect(place.table.utf8.count <= 63 && place.column.utf8.count <= 63, "\(column.path)")
        }
    }

    @Test("full reads have no replication key, kept ones and exports have one")
    func replication() {
        for stream in Catalog.streams {
            #expect((stream.schema.replication == .full) == (stream.schema.replicationKey == nil), "\(stream.name)")
            #expect(!stream.schema.key.isEmpty || stream.schema.replication == .full, "\(stream.name)")
        }
    }
}
