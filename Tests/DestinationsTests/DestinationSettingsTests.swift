import Destinations
import Logging
import Model
import Testing

@Suite("DestinationSettings")
struct DestinationSettingsTests {
    @Test(
        "a scheme picks the destination",
        arguments: [
            ("sqlite:./data", DestinationKind.sqlite), ("files:./out", .files), ("postgresql://u@h/d", .postgresql),
            ("postgres://u@h/d", .postgresql), ("PostgreSQL://h", .postgresql), ("mysql://h", nil), ("data", nil),
        ] as [(String, DestinationKind?)]
    )
    func picks(url: String, kind: DestinationKind?) {
        #expect(DestinationKind(url: url) == kind)
    }

    @Test(
        "what cannot be right is refused before anything is opened",
        arguments: [
            (DestinationSettings(url: "mysql://u:canary@h/d"), .unknownScheme("mysql://u:canary@h/d")),
            (DestinationSettings(url: "sqlite:"), .noDirectory),
            (DestinationSettings(url: "files://"), .noDirectory),
            (DestinationSettings(url: "postgresql://u:canary@h/d"), .inlinePassword),
            (DestinationSettings(url: "postgresql://u@h/d?password=canary"), .inlinePassword),
            (DestinationSettings(url: "postgresql://u:canary@[::1/d"), .unreadableURL),
            (DestinationSettings(url: "postgresql://u@h/d?colour=canary"), .unreadableURL),
            (DestinationSettings(url: "postgresql://u@h/d", sslmode: "maybe"), .unknownSSLMode("maybe")),
        ] as [(DestinationSettings, DestinationSettingsError)]
    )
    func refuses(settings: DestinationSettings, expected: DestinationSettingsError) {
        let error = #expect(throws: DestinationSettingsError.self) {
            _ = try DestinationKind.open(settings, logger: Logger(label: "test"))
        }
        #expect(error == expected)
        #expect(error?.message.contains("canary") == false)
        #expect(error?.exitCode == .configuration)
    }

    @Test(
        "certificates are verified unless the server is on this machine or the setting says otherwise",
        arguments: [
            ("postgresql://u@db.example.com/d", nil, "verify-full"), ("postgresql://u@10.0.0.1/d", nil, "verify-full"),
            ("postgresql://u@localhost/d", nil, "prefer"), ("postgresql://u@127.0.0.1:5433/d", nil, "prefer"),
            ("postgresql://u@[::1]/d", nil, "prefer"), ("postgresql://u@%2Frun%2Fpostgresql/d", nil, "prefer"),
            ("postgresql:///d", nil, "prefer"), ("postgresql://localhost,db.example.com/d", nil, "verify-full"),
            ("postgresql://127.0.0.1.example.com/d", nil, "verify-full"),
            ("postgresql://localhost/d?hostaddr=10.0.0.1", nil, "verify-full"),
            ("postgresql://u@db/d?sslmode=require", nil, "require"), ("postgresql://u@db/d", "disable", "disable"),
            ("postgresql://u@localhost/d", "verify-full", "verify-full"),
        ] as [(String, String?, String)]
    )
    func verifies(url: String, mode: String?, expected: String) throws {
        let settings = try PostgreSQLSettings(DestinationSettings(url: url, sslmode: mode))
        #expect(settings.parameters["sslmode"] == expected)
        let bundle = expected == "verify-full" ? "/etc/ssl/certs/ca-certificates.crt" : nil
        #expect(settings.parameters["sslrootcert"] == bundle)
    }

    @Test("a URL and its options give libpq's parameters, options first")
    func reads() throws {
        let settings = try PostgreSQLSettings(
            DestinationSettings(
                url: "postgresql://us%40er@db:5433/ware%20house?connect_timeout=3",
                password: Secret("canary"),
                options: ["sslrootcert": "/own.crt"]
            )
        )
        let expected = [
            "user": "us@er", "host": "db", "port": "5433", "dbname": "ware house", "connect_timeout": "3",
            "sslrootcert": "/own.crt", "application_name": "deskpipe",
        ]
        for (name, value) in expected { #expect(settings.parameters[name] == value) }
        #expect(settings.parameters["password"] == nil)
        #expect(!"\(settings)".contains("canary"))
    }
}
