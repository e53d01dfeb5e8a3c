package import Model

/// Whose run is next where only so many may run at a time: tenants take turns, and within a tenant connections go in the
/// order of their coming. So neither a tenant with many connections nor one with a long history keeps the others waiting.
package struct FairTurns: Sendable {
    private struct Place {
        var since: Timestamp
        var isYielding = false
    }

    private let capacity: Int
    /// How long a run keeps its place while others wait for one.
    private let turn: Duration
    /// Tenants that wait, the next one first.
    private var tenants: [TenantID] = []
    private var waiting: [TenantID: [ConnectionKey]] = [:]
    private var running: [ConnectionKey: Place] = [:]

    package init(capacity: Int, turn: Duration = .seconds(120)) {
        self.capacity = max(1, capacity)
        self.turn = turn
    }

    package var runningCount: Int { running.count }
    package var waitingCount: Int { waiting.values.reduce(0) { $0 + $1.count } }

    /// The connection wants to run. It must not wait or run already.
    package mutating func enter(_ key: ConnectionKey) {
        if waiting[key.tenant] == nil { tenants.append(key.tenant) }
        waiting[key.tenant, default: []].append(key)
    }

    /// The connection does not want to run any more, or its run has ended.
    package mutating func leave(_ key: ConnectionKey) {
        running[key] = nil
        guard let index = waiting[key.tenant]?.firstIndex(of: key) else { return }
        waiting[key.tenant]?.remove(at: index)
        if waiting[key.tenant]?.isEmpty == true {
            waiting[key.tenant] = nil
            tenants.removeAll { $0 == key.tenant }
        }
    }

    /// Gives a free place to the one whose turn it is.
    /// - Returns: nil where nobody waits, or no place is free.
    package mutating func next(at now: Timestamp) -> ConnectionKey? {
        guard running.count < capacity, let tenant = tenants.first else { return nil }
        tenants.removeFirst()
        guard let key = waiting[tenant]?.removeFirst() else { return nil }
        if waiting[tenant]?.isEmpty == true { waiting[tenant] = nil } else { tenants.append(tenant) }
        running[key] = Place(since: now)
        return key
    }

    /// The runs that should end at their next page to let others run, each named once: for every tenant that waits the
    /// oldest run of the tenant with most places, among those that have more than it has, and of its own.
    package mutating func yielding(at now: Timestamp) -> [ConnectionKey] {
        let needed = tenants.count - running.values.count { $0.isYielding } - (capacity - running.count)
        guard needed > 0 else { return [] }
        var shares: [TenantID: Int] = [:]
        for key in running.keys { shares[key.tenant, default: 0] += 1 }
        let ripe = running.filter { !$0.value.isYielding && now - $0.value.since >= turn }
        var order = ripe.sorted { one, other in
            let (left, right) = (shares[one.key.tenant] ?? 0, shares[other.key.tenant] ?? 0)
            return left == right ? one.value.since < other.value.since : left > right
        }
        var chosen: [ConnectionKey] = []
        for tenant in tenants where chosen.count < needed && !order.isEmpty {
            let share = shares[tenant] ?? 0
            let index = order.firstIndex { $0.key.tenant == tenant || shares[$0.key.tenant] ?? 0 > share }
            guard let index else { continue }
            let key = order.remove(at: index).key
            running[key]?.isYielding = true
            chosen.append(key)
        }
        return chosen
    }
}
