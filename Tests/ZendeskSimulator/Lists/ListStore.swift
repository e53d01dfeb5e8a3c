import Model
import Synchronization

/// The small tables of the account, Chat's among them, and what opens or closes them.
final class ListStore: Sendable {
    private struct State {
        var tables: [String: ListTable]
        var changes: UInt64 = 0
    }

    let settings: ListSettings
    let chat: ChatSettings
    private let seed: UInt64
    private let state: Mutex<State>

    init(settings: ListSettings, chat: ChatSettings, world: WorldSettings, end: Timestamp) {
        self.settings = settings
        self.chat = chat
        seed = world.seed
        let population = Population(settings: world, end: UInt32(clamping: end.seconds))
        let usual = ListStream.all.map { ($0.name, $0.count) }
        let sizes = Dictionary(uniqueKeysWithValues: usual).merging(settings.sizes) { _, given in given }
        let tables = ListStream.all.map { stream in
            let crowd = settings.inOneSecond[stream.name] ?? 0
            return (stream.name, ListTable(stream, population: population, sizes: sizes, crowd: crowd, end: end))
        }
        state = Mutex(State(tables: Dictionary(uniqueKeysWithValues: tables)))
    }

    /// The table as it is now; nil for a name that no stream has.
    func table(_ name: String) -> ListTable? {
        state.withLock { $0.tables[name] }
    }

    /// Changes, deletes and adds records, all in one second after all that the tables showed before.
    /// - Parameter now: The earliest time that a change is given.
    @discardableResult
    func change(_ change: ListChange, at now: Timestamp) -> ListChange.Summary {
        state.withLock { state in
            state.changes += 1
            var draw = Draw(seed: seed ^ (change.seed ?? state.changes) &* 0x2545_F491_4F6C_DD1D)
            let latest = state.tables.values.compactMap(\.latest).max()?.seconds ?? 0
            let second = max(now.seconds, latest + 1)
            var time = Timestamp(seconds: second)
            var summary = ListChange.Summary(firstSecond: second)
            for name in state.tables.keys.sorted() {
                guard var table = state.tables[name] else { continue }
                var candidates = table.live.shuffled(using: &draw)
                let asked = (change.deleted[name] ?? 0, change.updated[name] ?? 0, change.added[name] ?? 0)
                guard asked != (0, 0, 0) else { continue }
                for index in candidates.prefix(asked.0) {
                    time = time + .microseconds(1)
                    table.delete(index, at: time)
                    summary.deleted[name, default: []].append(table.key(index))
                }
                candidates.removeFirst(min(asked.0, candidates.count))
                for index in candidates.prefix(asked.1) {
                    time = time + .microseconds(1)
                    table.update(index, at: time)
                    summary.updated[name, default: []].append(table.key(index))
                }
                for _ in 0..<asked.2 {
                    time = time + .microseconds(1)
                    summary.added[name, default: []].append(table.key(table.add(at: time)))
                }
                table.sort()
                state.tables[name] = table
            }
            return summary
        }
    }

    /// Every record of a stream that is served, a line each, as an exact extraction has it.
    /// - Returns: Nil for a name that no stream has.
    func truth(_ name: String) -> JSONBytes? {
        guard let table = table(name) else { return nil }
        var lines = JSONBytes()
        for index in listed(table) {
            lines.append(exact(table.record(index), index, table))
            lines.raw("\n")
        }
        return lines
    }

    /// A record as an exact extraction has it: a holiday's answer says only by its address whose schedule it is of.
    private func exact(_ record: JSONTree, _ index: Int, _ table: ListTable) -> JSONTree {
        guard table.stream.name == Holidays.stream, let schedules = self.table("schedules") else { return record }
        let owner = ListNumbering.id(schedules.stream.name, Holidays.schedule(of: index, table))
        return record.adding(["schedule_id": .integer(owner)])
    }

    /// The records that are served; a schedule's holidays go with it.
    private func listed(_ table: ListTable) -> [Int] {
        guard table.stream.name == Holidays.stream, let schedules = self.table("schedules") else { return table.listed }
        let owners = Set(schedules.live)
        return table.listed.filter { owners.contains(Holidays.schedule(of: $0, table)) }
    }

    /// - Throws: `APIError` for a stream that the account's plan or products do not open.
    func admit(_ stream: ListStream) throws {
        switch stream.gate {
        case .plan(let plan): if settings.plan < plan { throw APIError.restricted }
        case .talk: if !settings.hasTalk { throw APIError.notFound }
        case .helpCenter: if !settings.hasHelpCenter { throw APIError.notFound }
        case .jira: if !settings.hasJira { throw APIError.notFound }
        case nil: break
        }
    }
}
