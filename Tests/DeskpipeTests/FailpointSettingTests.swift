import Failpoints
import Model
import Testing

@testable import Deskpipe

/// Only refusals: what is accepted would arm this process.
@Suite("DESKPIPE_FAILPOINT")
struct FailpointSettingTests {
    private static let local = """
        transport: kafka://127.0.0.1:9092
        destination: postgresql://postgres@127.0.0.1/postgres
        connections:
          - tenant: acme
            id: support
            name: Acme
            source: zendesk-support
            subdomain: acme
            auth: { type: oauth_token, token: env:TOKEN }
            endpoint: http://127.0.0.1:9999
        """

    @Test(
        "is refused where something of the configuration is on another machine, which is named",
        arguments: [
            ("kafka://127.0.0.1:9092", "kafka://127.0.0.1:9092,broker-2:9092", "broker broker-2:9092"),
            ("@127.0.0.1/postgres", "@db.example.com/postgres", "the database of `destination`"),
            ("@127.0.0.1/postgres", "@127.0.0.1,10.0.0.1/postgres", "the database of `destination`"),
            ("    endpoint: http://127.0.0.1:9999", "", "acme.zendesk.com"),
            (
                "connections:", "destinations: { far: { url: \"postgresql://u@db/x\" } }\nconnections:",
                "the database of `destinations.far`"
            ),
        ]
    )
    func remote(part: String, replacement: String, named: String) throws {
        let settings = try ConfigurationTests.settings(Self.local.replacing(part, with: replacement))
        #expect(throws: FailpointError.notLoopback(named)) {
            try Failpoint.arm(from: ["DESKPIPE_FAILPOINT": "page-published:1:kill"], on: settings)
        }
    }

    @Test("what it says is looked at before anything else, and no setting is meant by it")
    func unknown() throws {
        let environment = ["DESKPIPE_FAILPOINT": "page-pubished:1:kill", "DESKPIPE_FAILPOINTS_ALLOWED": "1"]
        let settings = try ConfigurationTests.settings(Self.local, environment: environment)
        #expect(throws: FailpointError.unknown("page-pubished")) {
            try Failpoint.arm(from: environment, on: settings)
        }
    }

    @Test("an empty one is none", arguments: [[:], ["DESKPIPE_FAILPOINT": ""]])
    func none(environment: [String: String]) throws {
        let remote = Self.local.replacing("127.0.0.1:9092", with: "broker-2:9092")
        try Failpoint.arm(from: environment, on: try ConfigurationTests.settings(remote))
    }
}
