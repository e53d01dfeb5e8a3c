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

    private static func processorSeconds() -> Double {
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

/// Uses a value, so that the compiler cannot leave its making out.
@inline(never)
func use(_ value: some Any) {
    withExtendedLifetime(value) {}
}
