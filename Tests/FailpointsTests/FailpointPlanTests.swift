import Failpoints
import Model
import Testing

@Suite("FailpointPlan")
struct FailpointPlanTests {
    @Test("reads actions by name and by how often the step was hit")
    func actions() throws {
        let plan = try FailpointPlan(
            parsing: "page-published:2:kill,commit-sending:1:error,commit-sending:3:delay:1500ms"
        )
        #expect(
            plan.actions == [
                .pagePublished: [2: .kill],
                .commitSending: [1: .error, 3: .delay(.milliseconds(1500))],
            ]
        )
        #expect(!plan.allowsRemote)
    }

    @Test("every failpoint is found by its name")
    func names() throws {
        for point in Failpoint.allCases {
            let plan = try FailpointPlan(parsing: "\(point.rawValue):1:kill")
            #expect(plan.actions == [point: [1: .kill]])
        }
    }

    @Test(
        "what is no entry is told",
        arguments: [
            "", "page-published", "page-published:kill", "page-published:0:kill", "page-published:-1:kill",
            "page-published:1:boom", "page-published:1:delay", "page-published:1:delay:soon",
            "page-published:1:kill:2s", "page-published:1:kill,",
        ]
    )
    func malformed(text: String) {
        let entry = text.hasSuffix(",") ? "" : text
        #expect(throws: FailpointError.malformed(entry)) { try FailpointPlan(parsing: text) }
    }

    @Test("an unknown name is an error that names the nearest")
    func unknown() {
        let error = #expect(throws: FailpointError.unknown("page-publshed")) {
            try FailpointPlan(parsing: "page-publshed:1:kill")
        }
        #expect(error?.message.contains("did you mean `page-published`?") == true)
        #expect(error?.exitCode == .configuration)
    }

    @Test("a step that has no error takes none")
    func cannotFail() {
        #expect(throws: FailpointError.cannotFail(.pagePublished)) {
            try FailpointPlan(parsing: "page-published:1:error")
        }
    }

    @Test("a process that nobody has armed passes all of them")
    func inert() throws {
        struct Unwanted: Error {}
        for point in Failpoint.allCases {
            point.hit()
            try point.hit(orFail: Unwanted())
        }
        try Failpoint.checkLocal(false, "example.com")
    }
}
