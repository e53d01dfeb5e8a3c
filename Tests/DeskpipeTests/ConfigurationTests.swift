import Catalog
import Foundation
import Messaging
import Model
import Testing

@testable import Deskpipe

@Suite("Configuration")
struct ConfigurationTests {
    static let connection = """
        connections:
          - tenant: acme
            id: support
            name: Stitch Zendesk
            source: zendesk-support
            subdomain: acme
            auth: { type: oauth_client_credentials, client_id: env:ACME_ID, client_secret: file:/run/secrets/acme }
        """

    @Test("the least file gives the documented defaults")
    func defaults() throws {
        let settings = try Self.settings(Self.connection)
        #expect(settings.namespace.rawValue == "deskpipe")
        #expect(settings.transport == "embedded:./data/log.sqlite")
        #expect(settings.destination == "sqlite:./data/warehouse")
        #expect(settings.batch.rows == 20_000 && settings.batch.bytes == 16 << 20 && settings.batch.age == .seconds(60))
        let connection = try #require(settings.connections.first?.definition)
        #expect(connection.schema.rawValue == "stitch_zendesk")
        #expect(connection.schedule.everySeconds == 1800)
        #expect(connection.rateShare == 0.8)
        #expect(settings.connections.first?.setsStartDate == false)
    }

    @Test("the start date is one year ago, at midnight UTC, leap days too")
    func startDate() throws {
        func before(_ text: String) throws -> String {
            StartDate.usual(at: try #require(Timestamp(parsing: text))).formatted(.seconds)
        }
        #expect(try before("2026-11-21T13:14:15Z") == "2025-11-21T00:00:00Z")
        #expect(try before("2024-02-29T00:00:00Z") == "2023-02-28T00:00:00Z")
    }

    @Test("the environment overrides the file, level by level")
    func environment() throws {
        let settings = try Self.settings(
            "batch: { rows: 10 }\n" + Self.connection,
            environment: [
                "DESKPIPE_BATCH__ROWS": "5000", "DESKPIPE_KAFKA__PASSWORD": "env:KAFKA_PASSWORD",
                "DESKPIPE_DESTINATION": "sqlite:/tmp/x", "DESKPIPE_CONNECTIONS__0__SUBDOMAIN": "other",
                "DESKPIPE_TEST_ANYTHING": "1", "PATH": "/bin",
            ]
        )
        #expect(settings.batch.rows == 5000)
        #expect(settings.kafka.password == .environment("KAFKA_PASSWORD"))
        #expect(settings.destination == "sqlite:/tmp/x")
        #expect(settings.connections.first?.definition.subdomain.rawValue == "other")
    }

    @Test(
        "an unknown key is an error that names the nearest one, at any level",
        arguments: [
            ("destnation: x\n", "destnation", "destination"),
            ("batch: { row: 5 }\n", "batch.row", "rows"),
            ("kafka: { pasword: env:X }\n", "kafka.pasword", "password"),
        ]
    )
    func unknownKey(text: String, path: String, nearest: String) {
        #expect(throws: ConfigurationError.unknownKey(path: path, place: "test.yaml:1", nearest: nearest)) {
            try Self.settings(text + Self.connection)
        }
    }

    @Test("an unknown variable of the environment is an error too")
    func unknownVariable() {
        #expect(
            throws: ConfigurationError.unknownKey(path: "batch.row", place: "DESKPIPE_BATCH__ROW", nearest: "rows")
        ) {
            try Self.settings(Self.connection, environment: ["DESKPIPE_BATCH__ROW": "1"])
        }
    }

    @Test(
        "what is wrong in a connection is said with its place and what to do",
        arguments: [
            ("subdomain: acme", "subdomain: https://acme.zendesk.com/agent", "only the prefix belongs here: `acme`"),
            ("subdomain: acme", "subdomain: evil.com#", "it is the prefix of your site"),
            ("client_id: env:ACME_ID", "client_id: hunter2", "must be a reference"),
            ("client_id: env:ACME_ID, ", "", "client_id` is missing"),
            ("type: oauth_client_credentials", "type: password", "must be one of"),
            ("tenant: acme", "tenant: ACME", "must be 1 to 40 of a-z"),
            ("id: support", "id: support\n    start_date: 2025-11-20T10:00:00Z", "a date such as 2025-11-20"),
            ("id: support", "id: support\n    streams: { include: [tickts] }", "did you mean `tickets`?"),
            ("id: support", "id: support\n    columns: { users: { exclude: [id] } }", "always stays"),
            ("id: support", "id: support\n    columns: { users: { exclude: [\"nothing_*\"] } }", "no declared column"),
            ("id: support", "id: support\n    columns: { usrs: { exclude: [phone] } }", "did you mean `users`?"),
            ("id: support", "id: support\n    intervals: { usrs: 12h }", "did you mean `users`?"),
            ("id: support", "id: support\n    intervals: { users: 5s }", "at least 1m"),
            ("id: support", "id: support\n    schedule: { evry: 30m }", "no setting"),
            (
                "id: support", "id: support\n    schedule: { anchor: 02:00 }",
                "`connections[0].schedule.every` is missing"
            ),
            ("id: support", "id: support\n    schedule: { every: 6h, anchor: 2am }", "a time of day in UTC such as"),
            ("id: support", "id: support\n    schedule: { every: 5h, anchor: 02:00 }", "a day is a multiple of"),
            ("id: support", "id: support\n    schedule: { every: 30m, anchor: 02:00 }", "a day is a multiple of"),
            ("id: support", "id: support\n    schedule: { every: 1h, cron: 0 0 3 * * ? }", "leave `every` out"),
            ("id: support", "id: support\n    schedule: { cron: 0 0 25 * * ? }", "hours `25`: 25 is out of range"),
            ("id: support", "id: support\n    schedule: { cron: 0 3 * * * }", "5 fields are Unix cron"),
            ("id: support", "id: support\n    schedule: { cron: 0 0 3 30 2 ? }", "no such day to come"),
            ("id: support", "id: support\n    schedules: { usrs: { every: 5m } }", "did you mean `users`?"),
            ("id: support", "id: support\n    schedules: { users: { evry: 5m } }", "did you mean `every`?"),
            (
                "id: support", "id: support\n    intervals: { users: 1h }\n    schedules: { users: { every: 5m } }",
                "it has an interval in `intervals` already"
            ),
            ("id: support", "id: support\n    audits: quick", "exact or fast"),
            ("id: support", "id: support\n    schedule: { every: 10s }", "at least 1m"),
            ("id: support", "id: support\n    rate: { share: 180% }", "a share such as 80%"),
            ("id: support", "id: support\n    destination: nowhere", "`destinations` has no `nowhere`"),
            ("name: Stitch Zendesk", "name: \"日本\"", "set `schema` beside it"),
        ]
    )
    func wrongConnection(part: String, replacement: String, problem: String) {
        let text = Self.connection.replacingOccurrences(of: part, with: replacement)
        let error = #expect(throws: ConfigurationError.self) { try Self.settings(text) }
        #expect(error?.message.contains(problem) == true, "\(error?.message ?? "")")
        #expect(error?.message.contains("hunter2") != true)
        #expect(error?.exitCode == .configuration)
    }

    @Test("schedules by time, by time of day and by cron, of all, of a connection and of streams")
    func schedules() throws {
        let text = """
            defaults: { schedule: { every: 6h, anchor: "02:00" } }
            extractor: { run_limit: 90m }
            \(Self.connection)
            """
        let settings = try Self.settings(text)
        let inherited = try #require(settings.connections.first?.definition)
        #expect(inherited.schedule == Schedule(everySeconds: 21_600, anchor: TimeOfDay(rawValue: "02:00")))
        #expect(inherited.schedules == nil)
        #expect(settings.runLimit == .seconds(5400))
        #expect(try Self.settings(Self.connection).runLimit == .seconds(21_600))
        let own = """
                schedule: { cron: "0 0 3 * * ?" }
                schedules: { tickets: { every: 15m }, tags: { cron: 0 0 3 ? * SUN } }
            """
        let definition = try #require(try Self.settings(text + "\n" + own).connections.first?.definition)
        #expect(definition.schedule == Schedule(cron: "0 0 3 * * ?"))
        #expect(
            definition.schedules == ["tickets": Schedule(everySeconds: 900), "tags": Schedule(cron: "0 0 3 ? * SUN")]
        )
        let environment = ["DESKPIPE_DEFAULTS__SCHEDULE__CRON": "0 0 3 * * ?"]
        let overridden = try Self.settings(Self.connection, environment: environment).connections.first?.definition
        #expect(overridden?.schedule == Schedule(cron: "0 0 3 * * ?"))
    }

    @Test("intervals, audits, and patterns of streams and columns")
    func reading() throws {
        let more = """
            id: support
                audits: fast
                intervals: { groups: 12h, users: 90m }
                streams: { include: ["ticket*", users], exclude: [ticket_metric*] }
                columns: { users: { exclude: ["*_id", "photo.*", phone] }, tickets: { exclude: ["via*"] } }
            """
        let text = Self.connection.replacingOccurrences(of: "id: support", with: more)
        let definition = try #require(try Self.settings(text).connections.first?.definition)
        #expect(definition.audits == .fast)
        #expect(definition.intervals == ["groups": 43_200, "users": 5400])
        let selected = try Catalog.streams(of: .support, selectedBy: definition.streams).map(\.name)
        #expect(selected.contains("tickets") && selected.contains("users") && !selected.contains("ticket_metrics"))
        let users = try #require(definition.excludedColumns["users"])
        #expect(users.contains("organization_id") && users.contains("external_id") && users.contains("phone"))
        #expect(!users.contains("id") && !users.contains("updated_at"), "keys stay")
        #expect(users.contains("photo.url") && users.contains("photo.thumbnails") && !users.contains("photo"))
        #expect(!users.contains("photo.thumbnails.url"), "what is above it is cut out already")
        #expect(definition.excludedColumns["tickets"] == ["via"])
    }

    @Test("the time of background lanes is a duration, nothing, or all there is")
    func laneTime() {
        #expect(LaneTime(argument: "10m") == .standard)
        #expect(LaneTime(argument: "0")?.limit == .zero)
        #expect(LaneTime(argument: "all") == LaneTime(limit: nil))
        #expect(LaneTime(argument: "soon") == nil && LaneTime(argument: "-1m") == nil)
    }

    @Test("a pattern that fits everything leaves key and replication key")
    func everything() throws {
        for stream in Catalog.streams {
            let left = DeclaredPaths(stream.schema).matching("*")
            #expect(!left.contains { stream.schema.key.contains($0) || $0 == stream.schema.replicationKey })
        }
    }

    @Test("a connection or a schema that stands twice is refused")
    func twice() {
        let list = Self.connection.split(separator: "\n").dropFirst().joined(separator: "\n")
        let error = #expect(throws: ConfigurationError.self) { try Self.settings(Self.connection + "\n" + list) }
        #expect(error?.message.contains("acme/support stands twice") == true)
        let other = list.replacingOccurrences(of: "id: support", with: "id: other")
        let shared = #expect(throws: ConfigurationError.self) { try Self.settings(Self.connection + "\n" + other) }
        #expect(shared?.message.contains("stitch_zendesk") == true)
    }

    @Test("text that is no YAML, and repeated keys, are refused")
    func notYAML() {
        #expect(throws: ConfigurationError.self) { try Self.settings("a: [") }
        #expect(throws: ConfigurationError.self) { try Self.settings("batch: 5") }
        #expect(throws: ConfigurationError.self) { try Self.settings("transport: a\ntransport: b") }
        #expect(throws: ConfigurationError.noFile("nowhere.yaml")) {
            try Settings(file: "nowhere.yaml", environment: [:])
        }
    }

    @Test("a few lines of aliases that stand for millions of values are refused", .timeLimit(.minutes(5)))
    func bomb() {
        let levels = (1..<12).map { level in
            "l\(level): &l\(level) [\(Array(repeating: "*l\(level - 1)", count: 9).joined(separator: ","))]"
        }
        let yaml = (["l0: &l0 [x]"] + levels).joined(separator: "\n")
        let error = #expect(throws: ConfigurationError.self) { try Self.settings(yaml) }
        #expect(error?.message.contains("more than 200000 values") == true)
    }

    @Test("nesting as deep as a file may be long is refused, not followed", arguments: ["[", "{a: ", "- "])
    func depth(opening: String) {
        for count in [1000, 100_000] {
            #expect(throws: ConfigurationError.self) { try Self.settings(String(repeating: opening, count: count)) }
        }
    }

    @Test("units are read as people write them")
    func units() {
        #expect(Units.duration("90s") == .seconds(90) && Units.duration("24h") == .seconds(86_400))
        #expect(Units.duration("0s") == nil && Units.duration("-1s") == nil && Units.duration("5") == nil)
        #expect(Units.bytes("16MiB") == 16 << 20 && Units.bytes("10GiB") == 10 << 30 && Units.bytes("5") == 5)
        #expect(Units.bytes("99999999999GiB") == nil && Units.bytes("x") == nil)
        // What sums with dates, or of memory, could not hold.
        #expect(Units.duration("36500d") == .seconds(36_500 * 86_400) && Units.duration("36501d") == nil)
        #expect(Units.bytes("1024TiB") == 1 << 50 && Units.bytes("8388607TiB") == nil)
        #expect(Units.positive("9223372036854775807") == nil)
        #expect(Units.share("80%") == 0.8 && Units.share("1") == 1 && Units.share("0") == nil)
    }

    static func settings(_ yaml: String, environment: [String: String] = [:]) throws -> Settings {
        try Settings(yaml: yaml, file: "test.yaml", environment: environment)
    }
}
