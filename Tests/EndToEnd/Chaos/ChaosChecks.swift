import Foundation
import Messaging
import Model
import TestSupport
import Testing
import Transports
import ZendeskSimulator

/// What has to be right after a run, whatever was done in it.
struct ChaosChecks {
    let stage: ChaosStage
    let seed: UInt64

    private var scene: Scene { stage.scene }

    /// Looks at everything, once all is extracted and loaded.
    /// - Parameter foreign: Messages of no connection that were published.
    /// - Returns: how much was loaded, for people.
    func settle(foreign: Int) async throws -> String {
        // A list whose read was broken off is read on, and so is as of that read's beginning, before later changes.
        try await scene.runOnce()
        try await scene.runOnce()
        let tables = try scene.tables()
        let differences = try await scene.truth.differences(from: tables)
        #expect(differences.isEmpty, "seed \(seed)\n\(differences.joined(separator: "\n"))")
        let loading = try await scene.loadingReports()
        let extraction = try await scene.extractionReports()
        try expectTold(loading)
        expectBalanced(loading)
        expectBalanced(extraction, loading)
        try await expectRejected(foreign)
        try await expectNoSecret()
        let events = loading.reduce(0) { $0 + $1.events }
        let rows = loading.reduce(0) { $0 + $1.rowsLoaded }
        return """
            \(loading.count) loading reports of \(events) events, \(rows) rows; \(extraction.count) extraction reports of \
            \(extraction.flatMap(\.streams).reduce(0) { $0 + $1.records }) records; \(tables.tables.count) tables \
            of \(tables.tables.values.reduce(0) { $0 + $1.count }) rows are the account's
            """
    }

    // MARK: Reports

    /// What the database says was loaded has been told by the topic, and nothing waits.
    private func expectTold(_ reports: [LoadingReport]) throws {
        let told = Set(reports.map(\.id))
        #expect(told.count == reports.count, "seed \(seed): a report is counted twice")
        let held = try scene.database.texts("SELECT id FROM \(scene.database.name("_deskpipe_loads"))").compactMap(
            \.self
        )
        #expect(!held.isEmpty && Set(held).subtracting(told).isEmpty, "seed \(seed): a report was not told")
        let waiting = try scene.database.count("SELECT count(*) FROM \(scene.database.name("_deskpipe_outbox"))")
        #expect(waiting == 0, "seed \(seed): \(waiting) messages were not published")
    }

    private func expectBalanced(_ reports: [LoadingReport]) {
        let unbalanced = reports.filter { $0.status == .succeeded && !$0.isBalanced }
        #expect(unbalanced.isEmpty, "seed \(seed): \(unbalanced.map(\.id))")
        let rejected = reports.reduce(0) { $0 + $1.rowsRejected }
        #expect(rejected == 0, "seed \(seed): \(rejected) records were rejected")
        let lost = reports.count { $0.isGap == true }
        #expect(lost == 0, "seed \(seed): \(lost) reports of lost records")
    }

    /// No run is told twice, a run's streams make up what the run has, none reports more requests than came, and no
    /// stream's runs report more records than were loaded of it: those of runs that died are in no report.
    private func expectBalanced(_ reports: [ExtractionReport], _ loading: [LoadingReport]) {
        #expect(Set(reports.map(\.run)).count == reports.count, "seed \(seed): a run is told twice")
        for report in reports {
            let requests = report.streams.reduce(0) { $0 + $1.requests }
            #expect(requests <= report.requests, "seed \(seed): \(report.run): \(requests) requests")
            #expect(report.status != .running && report.completedAt != nil, "seed \(seed): \(report.run) is running")
            // What is read ticket by ticket may go on in the next run.
            let isDone = report.streams.allSatisfy { [.caughtUp, .continues].contains($0.status) }
            #expect(report.status != .succeeded || isDone, "seed \(seed): \(report.run) has not succeeded")
            for stream in report.streams where stream.pages == 0 {
                #expect(stream.records == 0, "seed \(seed): \(report.run): \(stream.stream) has records of no page")
            }
        }
        let told = reports.reduce(0) { $0 + $1.requests }
        let came = scene.simulator.account().total
        #expect(told > 0 && told <= came, "seed \(seed): reports of \(told) requests, \(came) came")
        let loaded = Dictionary(grouping: loading.filter { $0.status == .succeeded }, by: \.stream)
        for (stream, parts) in Dictionary(grouping: reports.flatMap(\.streams), by: \.stream) {
            let records = parts.reduce(0) { $0 + $1.records }
            let events = loaded[stream, default: []].reduce(0) { $0 + $1.events }
            #expect(records <= events, "seed \(seed): \(stream): \(records) records reported, \(events) events loaded")
        }
    }

    // MARK: The log

    /// Everything of nobody's is in the rejected topic, under the place that it came from.
    private func expectRejected(_ foreign: Int) async throws {
        var keys: Set<String> = []
        try await stage.read(scene.namespace.rejected) { keys.insert($0.keyText ?? "") }
        #expect(
            keys.count >= foreign && keys.allSatisfy { $0.hasPrefix("foreign/") },
            "seed \(seed): \(foreign) messages of no connection, rejected \(keys.count): \(keys.sorted().prefix(5))"
        )
    }

    /// Nothing of the configuration's secrets, or of a granted token, is in a log, an output, a file, a message of any topic,
    /// or a row of any table.
    private func expectNoSecret() async throws {
        let secrets = [Scene.environment["E2E_SECRET"] ?? "", "granted-"]
        #expect(try scene.workspace.files(holding: secrets).isEmpty)
        #expect(try scene.database.tables(holding: secrets).isEmpty)
        let needles = secrets.map { Data($0.utf8) }
        let topics =
            scene.namespace.serviceTopics.map(\.name)
            + scene.truth.streams.compactMap { StreamName(rawValue: $0.name) }.map {
                scene.namespace.records(.support, $0)
            }
        var messages = 0
        for topic in topics {
            var found = false
            try await stage.read(topic) { delivery in
                messages += 1
                for bytes in [delivery.key, delivery.value].compactMap(\.self) {
                    let data = Data(bytes)
                    if needles.contains(where: { data.range(of: $0) != nil }) { found = true }
                }
            }
            #expect(!found, "seed \(seed): a secret is in \(topic)")
        }
        #expect(messages > 0)
    }

    // MARK: Requests

    /// No request came before the end of a wait, but for those of which a process could not know.
    func expectPatience(_ missed: MissedAnswers) {
        let account = scene.simulator.account()
        let unexplained = account.early.compactMap { entry -> String? in
            let told = entry.toldAt ?? entry.time
            guard !missed.explain(requestAt: entry.time, toldAt: told) else { return nil }
            let around = missed.text(requestAt: entry.time, toldAt: told)
            return "\(entry.path) at \(entry.time), told at \(told): \(around)"
        }
        print(
            """
              requests: \(account.total), \(account.throttled) answered with 429, \(account.violations) too early, \
            \(account.violations - unexplained.count) of them where the answer that told it was not read
            """
        )
        #expect(unexplained.isEmpty, "seed \(seed): too early: \(unexplained)")
        #expect(account.oversized == 0 && account.tooDeep == 0)
    }
}
