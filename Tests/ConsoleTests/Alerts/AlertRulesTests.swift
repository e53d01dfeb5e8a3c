import Console
import Model
import Testing

@Suite("AlertRules")
struct AlertRulesTests {
    private let now = Facts.noon
    private let facts: Facts

    init() throws {
        facts = try Facts()
    }

    /// A connection on which nothing is wrong.
    private var sound: [BoardFact] {
        let end = now - .seconds(60)
        return [
            facts.defined, .extraction(facts.run(at: end - .seconds(60), records: ["tickets": 100])),
            facts.bookmark("tickets", asOf: end, sequence: 100), facts.bookmark("users", asOf: end, sequence: 0),
            .loading(facts.load("tickets", at: end, rows: 100, sequence: 100)),
        ]
    }

    private func findings(
        _ more: [BoardFact],
        _ settings: BoardSettings = BoardSettings(),
        at time: Timestamp? = nil
    ) -> [Finding] {
        AlertRules(settings).findings(in: Board(sound + more, at: now), at: time ?? now)
    }

    /// The only finding, which is of this kind and says what it means and what to do.
    private func only(_ kind: Alert.Kind, _ findings: [Finding]) throws -> Finding {
        #expect(findings.map(\.subject.kind) == [kind])
        let finding = try #require(findings.first)
        #expect(!finding.meaning.isEmpty)
        #expect(!finding.action.isEmpty)
        return finding
    }

    @Test("nothing is found where nothing is wrong")
    func nothing() {
        #expect(findings([]).isEmpty)
    }

    @Test("a failed run is found since the first of those that failed one after another")
    func runFailed() throws {
        let runs = [50, 40, 30].map { minutes in
            BoardFact.extraction(
                facts.run(at: now - .seconds(Int64(minutes) * 60), .partial, failing: ["users": "500 from Zendesk"])
            )
        }
        let later = [50, 40, 30].map { facts.run(at: now + .seconds(Int64($0) * 60), .failed) }.map(
            BoardFact.extraction
        )
        // The run of the sound connection is newer than these.
        #expect(findings(runs).isEmpty)
        let finding = try only(.runFailed, findings(later, at: now + .seconds(600)))
        #expect(finding.since == now + .seconds(1800))
        #expect(finding.severity == .critical)
    }

    @Test("a stream that failed in a run that went on is told with its reason and hint")
    func streamFailed() throws {
        var report = facts.run(at: now, .partial, failing: ["users": "500 from Zendesk"])
        report.streams[1].hint = "see Zendesk's status page"
        let finding = try only(.runFailed, findings([.extraction(report)]))
        #expect(finding.severity == .warning)
        #expect(finding.meaning.contains("users: 500 from Zendesk"))
        #expect(finding.action.hasPrefix("see Zendesk's status page. "))
        #expect(finding.action.contains("deskpipe logs --tenant acme --connection support"))
    }

    @Test("a login that Zendesk refuses is told as that, not as a failed run")
    func loginFailing() throws {
        let error = RunFailure(kind: .authentication, message: "acme does not accept the credentials", hint: "check it")
        let finding = try only(.loginFailing, findings([.extraction(facts.run(at: now, .failed, error: error))]))
        #expect(finding.since == now)
        #expect(finding.action == "check it.")
    }

    @Test("a login is told from seven days before its end", arguments: [(8, false), (7, true), (-1, true)])
    func loginExpiring(days: Int64, isFound: Bool) throws {
        var state = ConnectionState()
        state.loginEndsAt = now + .seconds(days * 86_400)
        let found = findings([.state(facts.key, state)])
        #expect(found.isEmpty == !isFound)
        guard isFound else { return }
        let finding = try only(.loginExpiring, found)
        #expect(finding.severity == (days < 0 ? .critical : .warning))
    }

    @Test("an API token is told a week before Zendesk ends them all")
    func apiToken() throws {
        var definition = facts.definition
        definition.auth = .apiToken(email: "a@example.com", token: .environment("TOKEN"))
        let week = try #require(Timestamp(parsing: "2027-04-23T00:00:00Z"))
        let board = Board([.definition(facts.key, definition)], at: week)
        #expect(AlertRules().findings(in: board, at: week - .seconds(1)).isEmpty)
        _ = try only(.loginExpiring, AlertRules().findings(in: board, at: week))
    }

    @Test("a parked stream is told with its reason; one that is not selected any more is not")
    func parked() throws {
        let parking = ConnectionState.Parking(
            reason: "Zendesk refuses users (403)",
            hint: "give the role",
            since: now - .seconds(600),
            triedAt: now,
            definition: ""
        )
        var state = ConnectionState()
        state.parked = ["users": parking, "macros": parking]
        let finding = try only(.streamParked, findings([.state(facts.key, state)]))
        #expect(finding.subject.name == "users")
        #expect(finding.since == now - .seconds(600))
        #expect(finding.meaning.contains("403"))
    }

    @Test("a failing load is told since the first failure, until one succeeds")
    func loadFailing() throws {
        let failures = [50, 40].map { seconds in
            BoardFact.loading(facts.load(at: now - .seconds(seconds), rows: 0, error: "disk full"))
        }
        let finding = try only(.loadFailing, findings(failures))
        #expect(finding.subject.name == "tickets")
        #expect(finding.since == now - .seconds(52))
        let success = BoardFact.loading(facts.load(at: now - .seconds(30), rows: 1, sequence: 100))
        #expect(findings(failures + [success]).isEmpty)
    }

    @Test("records that the log lost are told until the stream is read anew")
    func gap() throws {
        let lost = facts.load(at: now - .seconds(30), rows: 0, error: "lost offsets 5 to 9") { $0.isGap = true }
        let usual = facts.load(at: now - .seconds(20), rows: 1, sequence: 100)
        let finding = try only(.gap, findings([.loading(lost), .loading(usual)]))
        #expect(finding.action.contains("deskpipe reset --tenant acme --connection support --stream tickets"))
        let reset = facts.load(at: now - .seconds(10), rows: 1, sequence: 100) {
            $0.schemaChanges = ["reset tickets", "create table tickets"]
        }
        #expect(findings([.loading(lost), .loading(usual), .loading(reset)]).isEmpty)
    }

    @Test("rejected records are told from a share of the day's on", arguments: [(9, false), (20, true)])
    func rejectedShare(rejected: Int, isFound: Bool) throws {
        let load = facts.load(at: now - .seconds(30), rows: 1880, rejected: rejected, sequence: 100)
        #expect(findings([.loading(load)]).map(\.subject.kind) == (isFound ? [.rejectedShare] : []))
        #expect(findings([.loading(load)], BoardSettings(rejectedShare: 0.5)).isEmpty)
        // A day later it is over.
        let later = findings([.loading(load)], at: now + .seconds(26 * 3600))
        #expect(!later.contains { $0.subject.kind == .rejectedShare })
    }

    @Test("a connection behind its schedule is told since it was late, a paused one not")
    func behindSchedule() throws {
        let allowed = Duration.seconds(2 * 1800 + 600)
        let late = now + .seconds(7200)
        let finding = try only(.behindSchedule, findings([], at: late))
        #expect(finding.since == now - .seconds(60) + allowed)
        #expect(finding.meaning.contains("tickets, users"))
        var state = ConnectionState()
        state.pausedSince = now
        #expect(findings([.state(facts.key, state)], at: late).isEmpty)
    }

    @Test("a connection that nobody ever runs is told, too")
    func neverRun() throws {
        let board = Board([facts.defined], at: now)
        let allowed = Duration.seconds(2 * 1800 + 600)
        #expect(AlertRules().findings(in: board, at: now + allowed).isEmpty)
        let late = AlertRules().findings(in: board, at: now + allowed + .seconds(1))
        #expect(try only(.behindSchedule, late).since == now + allowed)
    }

    @Test("a run for which others were skipped is told until the next one")
    func skippedRun() throws {
        let run = facts.run(at: now - .seconds(30), skipped: 2)
        let finding = try only(.skippedRun, findings([.extraction(run)]))
        #expect(finding.severity == .notice)
        #expect(findings([.extraction(run), .extraction(facts.run(at: now))]).isEmpty)
    }

    @Test("records that wait while nothing is loaded for an hour are told")
    func stalledLag() throws {
        let run = facts.run(at: now, records: ["tickets": 40])
        let facts: [BoardFact] = [.extraction(run), facts.bookmark("tickets", asOf: now, sequence: 140)]
        #expect(!findings(facts, at: now + .seconds(3600)).contains { $0.subject.kind == .lagGrowing })
        let found = findings(facts, at: now + .seconds(3700)).first { $0.subject.kind == .lagGrowing }
        #expect(found?.since == run.completedAt)
        #expect(found?.meaning.contains("40 records") == true)
    }

    @Test("loads that come later from hour to hour are told, those that catch up are not", arguments: [true, false])
    func growingLag(isGrowing: Bool) throws {
        let lags = isGrowing ? [2000, 4000, 6000] : [6000, 4500, 4000]
        let loads = zip([120, 60, 0], lags).map { minutes, lag in
            BoardFact.loading(
                facts.load(at: now - .seconds(Int64(minutes) * 60), rows: 1, sequence: 100) {
                    $0.lagMilliseconds = Int64(lag) * 1000
                }
            )
        }
        let more: [BoardFact] = [
            .extraction(facts.run(at: now, records: ["tickets": 500])),
            facts.bookmark("tickets", asOf: now, sequence: 600),
        ]
        let found = findings(loads + more).filter { $0.subject.kind == .lagGrowing }
        #expect(found.map(\.since) == (isGrowing ? [now - .seconds(7200)] : []))
    }

    @Test("the row limit is told once for all connections, since the day that reached 90 % of it")
    func rowLimit() throws {
        let loads = [3, 2, 1].map { days in
            BoardFact.loading(facts.load(at: now - .seconds(Int64(days) * 86_400), rows: 100, sequence: 100))
        }
        // 300 rows and sub-rows a day, and as many of the sound connection today.
        #expect(findings(loads, BoardSettings(rowLimit: 1400)).isEmpty)
        let finding = try only(.rowLimit, findings(loads, BoardSettings(rowLimit: 1000)))
        #expect(finding.since == (Day(of: now) - 1).start)
        #expect(finding.subject.connection == nil)
    }
}
