import Foundation

/// What was done to the processes, and what came of it.
struct ChaosAccount {
    /// By failpoint, or by what was killed.
    private(set) var kills: [String: Int] = [:]
    private var faults: [String: Int] = [:]
    private var ends: [String: Int] = [:]
    /// What must not be.
    private(set) var findings: [String] = []
    /// What undisturbed processes used more in the end.
    private var flat: [String] = []
    private(set) var mostDescriptors: [String: Int] = [:]
    private(set) var mostMegabytes: [String: Int] = [:]

    var killCount: Int { kills.values.reduce(0, +) }

    mutating func fault(_ kind: String, _ count: Int = 1) {
        if count > 0 { faults[kind, default: 0] += count }
    }

    mutating func kill(_ what: String) { kills["kill -9 of \(what)", default: 0] += 1 }

    mutating func finding(_ what: String) { findings.append(what) }

    /// Takes up how a process ended.
    mutating func note(_ end: ChaosService.End, _ role: String) {
        for (point, action) in end.failpoints {
            if action == "kill" {
                kills[point, default: 0] += 1
            } else {
                faults["failpoint \(action)", default: 0] += 1
            }
        }
        let hasDied = end.failpoints.contains { $0.action == "kill" }
        switch end.exit {
        case .signal(SIGKILL) where hasDied: break
        case .signal(SIGKILL) where end.wasKilled: kill(role)
        case .status(143): break
        // It was asked to end before it could listen.
        case .signal(SIGTERM): break
        case .signal(let signal): finding("\(role) crashed with signal \(signal): \(end.errors.suffix(1500))")
        case .status(1): finding("\(role) ended with 1: \(end.errors.suffix(1500))")
        case .status(let status):
            let last = end.errors.split(separator: "\n").last { $0.hasPrefix("deskpipe: ") } ?? ""
            ends["\(role) ended by itself with \(status): \(last.prefix(100))", default: 0] += 1
        }
        noteUse(end, role)
    }

    /// Takes up what a process used: more descriptors at its end than at its beginning are a leak, and more memory where
    /// it only did the same over and over.
    mutating func noteUse(_ end: ChaosService.End, _ role: String, isQuiet: Bool = false) {
        let (descriptors, megabytes) = (end.reading.descriptors, end.reading.megabytes)
        mostDescriptors[role] = max(mostDescriptors[role] ?? 0, descriptors.max() ?? 0)
        mostMegabytes[role] = max(mostMegabytes[role] ?? 0, megabytes.max() ?? 0)
        guard descriptors.count >= (isQuiet ? 12 : 24) else { return }
        let steps = Self.steps(descriptors)
        let more = steps.reduce(0, +)
        // A share of the partitions that comes late is one step; a leak goes on.
        if more > 16, isQuiet || steps.allSatisfy({ $0 > 4 }) {
            finding("\(role) has more and more descriptors: \(descriptors)")
        }
        guard isQuiet else { return }
        let moreMegabytes = Self.steps(megabytes).reduce(0, +)
        if moreMegabytes > 12 { finding("\(role) takes more and more memory: \(megabytes)") }
        flat.append("\(role) \(more) descriptors and \(moreMegabytes) MB more")
    }

    /// By how much the median rises from the second quarter of a life to the third, and from there to the last.
    private static func steps(_ use: [Int]) -> [Int] {
        let part = use.count / 4
        let quarters = (1...3).map { median(use.dropFirst($0 * part).prefix($0 == 3 ? use.count : part)) }
        return [quarters[1] - quarters[0], quarters[2] - quarters[1]]
    }

    private static func median(_ values: some Sequence<Int>) -> Int {
        let sorted = values.sorted()
        return sorted.isEmpty ? 0 : sorted[sorted.count / 2]
    }

    /// For people.
    var text: String {
        let use = mostDescriptors.keys.sorted().map { role in
            "\(role) \(mostDescriptors[role] ?? 0) descriptors, \(mostMegabytes[role] ?? 0) MB"
        }
        return """
              \(killCount) kills: \(Self.list(kills))
              faults: \(Self.list(faults))
              ended by themselves: \(ends.isEmpty ? "none" : Self.list(ends))
              at most: \(use.joined(separator: "; "))\(flat.isEmpty ? "" : "; undisturbed, in the end: \(flat.joined(separator: ", "))")
            """
    }

    private static func list(_ counts: [String: Int]) -> String {
        counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { "\($0.key) \($0.value)" }.joined(
            separator: ", "
        )
    }
}
