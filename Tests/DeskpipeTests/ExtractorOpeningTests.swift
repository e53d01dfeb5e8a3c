import Extractor
import Messaging
import Model
import ServiceRuntime
import Testing

@testable import Deskpipe

@Suite("How the extractor's service is set up")
struct ExtractorOpeningTests {
    @Test("a replica that was not heard of for as long as the group waits begins nothing: the setting says how long")
    func sessionTimeout() throws {
        let settings = try Settings(
            yaml: "kafka: { session_timeout: 45s }\nextractor: { concurrency: 3, run_limit: 2h }",
            file: "deskpipe.yaml",
            environment: [:]
        )
        let service = ExtractorOpening.service(settings, Readiness([])) { $0.tenant.rawValue == "acme" }
        #expect(service.sessionTimeout == .seconds(36))
        #expect(service.concurrency == 3 && service.runLimit == .seconds(7200))
        #expect(service.grace < .seconds(30))
    }
}
