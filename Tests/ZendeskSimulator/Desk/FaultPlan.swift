/// The faults that are switched on, in order. The first one that meets a request spoils it, and no other.
struct FaultPlan: Sendable {
    private var faults: [Fault] = []
    private var draw: Draw

    init(seed: UInt64) {
        draw = Draw(seed: seed ^ 0xA24B_AED4_963E_E407)
    }

    mutating func add(_ fault: Fault) {
        var fault = fault
        // Requests are known by their path without the ending.
        if fault.path.hasSuffix(".json") { fault.path.removeLast(5) }
        faults.append(fault)
    }

    mutating func removeAll() {
        faults.removeAll()
    }

    /// What is to happen to the next request for `path`. The same requests in the same order meet the same faults.
    mutating func effect(onPath path: String) -> Fault.Effect? {
        for index in faults.indices where path.hasPrefix(faults[index].path) && faults[index].count != 0 {
            if faults[index].skip > 0 {
                faults[index].skip -= 1
                continue
            }
            if faults[index].probability < 1, Double(draw.below(1_000_000)) >= faults[index].probability * 1_000_000 {
                continue
            }
            if let count = faults[index].count { faults[index].count = count - 1 }
            return faults[index].effect
        }
        return nil
    }
}
