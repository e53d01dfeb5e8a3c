import Failpoints
import Foundation
import TestSupport

/// One process that is killed and started again.
final class ChaosService {
    let role: String
    private let arguments: [String]
    let points: [Failpoint]
    private let start: (_ arguments: [String], _ environment: [String: String]) throws -> Program
    private(set) var program: Program
    private(set) var isStopped = false
    /// The driver has sent it SIGKILL.
    private(set) var isKilled = false
    private var reading = Reading()
    private var planned: [Failpoint: Int] = [:]

    /// What a process uses, seen once a second.
    struct Reading {
        var since = ContinuousClock.now
        var descriptors: [Int] = []
        var megabytes: [Int] = []
    }

    /// What became of a process.
    struct End {
        var exit: Program.Exit
        var errors: String
        var wasKilled: Bool
        var reading: Reading

        /// Names of the failpoints that did something, with what it was.
        var failpoints: [(point: String, action: String)] {
            errors.matches(of: /failpoint ([a-z-]+):\d+ ([a-z]+)/).map { (String($0.1), String($0.2)) }
        }
    }

    /// - Parameter points: what it can come by.
    init(
        _ role: String,
        _ arguments: [String],
        _ points: [Failpoint],
        start: @escaping (_ arguments: [String], _ environment: [String: String]) throws -> Program
    ) throws {
        self.role = role
        self.arguments = arguments
        self.points = points
        self.start = start
        program = try start(arguments, [:])
    }

    /// How long it has been there.
    var age: Duration { ContinuousClock.now - reading.since }

    func kill() {
        // One that is crashing tells where: what writes that down would wait for the dead process, and look like it.
        guard !program.errors.contains("*** Signal ") else { return }
        isKilled = true
        program.send(SIGKILL)
    }

    /// Freezes the process, or lets it go on.
    func freeze(_ stops: Bool) {
        isStopped = stops
        program.send(stops ? SIGSTOP : SIGCONT)
    }

    /// Takes the account of an ended process, and starts the next one, more often than not with something planned.
    /// - Parameter deaths: How often something was killed at a failpoint so far, by its name.
    func restart(_ random: inout SplitMix64, deaths: [String: Int]) async throws -> End {
        let end = try await end()
        program = try start(arguments, plan(&random, deaths).map { ["DESKPIPE_FAILPOINT": $0] } ?? [:])
        isStopped = false
        isKilled = false
        reading = Reading()
        return end
    }

    /// Ends it as an operator does.
    func finish() async throws -> End {
        if isStopped { freeze(false) }
        program.send(SIGTERM)
        return try await end()
    }

    private func end() async throws -> End {
        let outcome = try await program.outcome()
        return End(exit: outcome.exit, errors: outcome.errors, wasKilled: isKilled, reading: reading)
    }

    /// What the next process comes to: most often something that few have come to so far.
    private func plan(_ random: inout SplitMix64, _ deaths: [String: Int]) -> String? {
        guard Int.random(in: 0..<10, using: &random) < 9 else { return nil }
        return (0..<Int.random(in: 1...4, using: &random)).compactMap { _ -> String? in
            let drawn = (0..<3).compactMap { _ in points.randomElement(using: &random) }
            // A point that processes rarely come by would be planned for each of them.
            let cost = { (point: Failpoint) in 4 * (deaths[point.rawValue] ?? 0) + (self.planned[point] ?? 0) }
            guard let point = drawn.min(by: { cost($0) < cost($1) }) else { return nil }
            planned[point, default: 0] += 1
            let nth = Int.random(in: 1...(Int.random(in: 0..<4, using: &random) > 0 ? 3 : 20), using: &random)
            switch Int.random(in: 0..<10, using: &random) {
            case 0...1 where point.canFail: return "\(point.rawValue):\(nth):error"
            case 2: return "\(point.rawValue):\(nth):delay:\(Int.random(in: 100...3000, using: &random))ms"
            default: return "\(point.rawValue):\(nth):kill"
            }
        }.joined(separator: ",")
    }

    /// Notes what it uses now.
    func look() {
        guard !program.hasEnded else { return }
        let process = "/proc/\(program.identifier)"
        guard let open = try? FileManager.default.contentsOfDirectory(atPath: "\(process)/fd").count,
            let status = try? String(contentsOfFile: "\(process)/status", encoding: .utf8),
            let line = status.split(separator: "\n").first(where: { $0.hasPrefix("RssAnon:") }),
            let kilobytes = Int(line.filter(\.isNumber))
        else { return }
        reading.descriptors.append(open)
        reading.megabytes.append(kilobytes / 1024)
    }
}
