import Foundation
import Model
import TestSupport
import ZendeskSimulator

/// How long a run is, and how large.
struct ChaosSize: Sendable {
    /// Nil for the short form.
    let minutes: Double?
    /// 1: sixty tickets, of which a few change at a time.
    let scale: Int

    /// As `DESKPIPE_TEST_CHAOS_MINUTES` and `DESKPIPE_TEST_CHAOS_SCALE` have it.
    static let given = ChaosSize(
        minutes: ProcessInfo.processInfo.environment["DESKPIPE_TEST_CHAOS_MINUTES"].flatMap(Double.init),
        scale: max(1, ProcessInfo.processInfo.environment["DESKPIPE_TEST_CHAOS_SCALE"].flatMap { Int($0) } ?? 1)
    )

    var isLong: Bool { minutes != nil }
    var length: Duration { minutes.map { .seconds($0 * 60) } ?? .seconds(15) }
    /// At the end, without disturbances.
    var quietLength: Duration { min(length / 4, .seconds(120)) }

    var tickets: Int { 60 * scale }
    var users: Int { 40 * scale }
    var organizations: Int { 15 * scale }
    /// Records of an export's page. What has no cursor needs more than the account has of one second: a few hundred.
    var page: Int { scale == 1 ? 25 : 500 }
    var batchRows: Int { 20 + 20 * scale }

    /// What the log may hold before it drops what is loaded. Reports stay.
    var logMegabytes: Int { 16 + 6 * scale + Int((minutes ?? 0) * 4) }
    /// The log leaves 1,024 MB of its disk alone.
    var logDiskMegabytes: Int { 1024 + logMegabytes + 192 }
    var databaseDiskMegabytes: Int { 1024 + 64 * scale }

    /// Tickets that change at once: a few most of the time, many now and then.
    func changedTickets(_ random: inout SplitMix64) -> Int {
        let most = Int.random(in: 0..<20, using: &random) == 0 ? 12 * scale : 10 + 2 * scale
        return Int.random(in: 1...most, using: &random)
    }

    /// At most, at once.
    var changedUsers: Int { scale == 1 ? 5 : 8 * scale }
    var changedOrganizations: Int { scale == 1 ? 3 : 4 * scale }

    /// Milliseconds from one deed to the next: what is larger needs some time to get on between them.
    var pause: ClosedRange<Int> { scale == 1 ? 50...500 : 100...900 }

    func options(_ setting: Setting) -> SceneOptions {
        var options = SceneOptions(tickets: tickets, rows: batchRows)
        options.behind = .seconds(2 * 365 * 86_400)
        let isMock = setting.log == .kafka && Setting.kafkaServers == nil
        if !isMock { options.streams += ["tags", "macros", "ticket_comments", "ticket_audits"] }
        options.credentials = Credentials(clientSecret: Secret(Scene.environment["E2E_SECRET"] ?? ""))
        options.configure = { account in
            account.datesByItsClock = true
            account.largestExportPage = page
            account.world.sizes[.users] = users
            account.world.sizes[.organizations] = organizations
        }
        return options
    }
}
