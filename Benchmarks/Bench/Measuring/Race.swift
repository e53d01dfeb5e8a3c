import Foundation

/// One repetition of one contender.
struct Lap: Sendable {
    var seconds: Double
    /// Of all threads of this process.
    var processorSeconds: Double

    static func time(_ body: () async throws -> Void) async rethrows -> Lap {
        let processor = processorSeconds()
        let start = ContinuousClock.now
        try await body()
        let wall = ContinuousClock.now - start
        return Lap(seconds: wall / .seconds(1), processorSeconds: processorSeconds() - processor)
    }

    /// Of all threads of this process, until now.
    static func processorSeconds() -> Double {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        let times = [usage.ru_utime, usage.ru_stime]
        return times.reduce(0) { $0 + Double($1.tv_sec) + Double($1.tv_usec) / 1_000_000 }
    }
}

/// Lets two contenders do the same work in turns, so that what else the machine does meets both.
enum Race {
    struct Laps: Sendable {
        var ours: [Lap] = []
        var reference: [Lap] = []

        /// Of the rounds' ratios: half the width of their middle half, as a share of their median; nil for few rounds.
        var noise: Double? {
            let ratios = zip(ours, reference).map { $1.seconds / $0.seconds }.sorted()
            guard ratios.count > 2 else { return nil }
            return (ratios[ratios.count - 1 - ratios.count / 4] - ratios[ratios.count / 4]) / 2 / ratios.median
        }
    }

    /// A round of each goes unmeasured before.
    static func run(
        _ repetitions: Int,
        ours: () async throws -> Lap,
        reference: () async throws -> Lap
    ) async throws -> Laps {
        var laps = Laps()
        for round in 0...repetitions {
            let first = try await ours()
            let second = try await reference()
            guard round > 0 else { continue }
            laps.ours.append(first)
            laps.reference.append(second)
        }
        return laps
    }
}
