import Loader
import Logging

/// The sessions with one database, shared by all schemas in it. Each is made when it is first needed and stays with its
/// schema until another one needs it, so that a schema in steady use keeps its staging tables.
actor PostgreSQLPool {
    /// What a session is taken for.
    enum Use {
        /// One call, which waits for nothing else.
        case call
        /// A batch, from staging to its end.
        case batch
    }

    private struct Place {
        let worker: PostgreSQLWorker
        var site: PostgreSQLSite
        var use: Use?
        var lastUse = 0
    }

    /// Most sessions: those of the batches that a loader has on their way, and one that is always left for calls. So
    /// what waits for a call's end may hold batches.
    static let limit = BatchSettings.connections * BatchSettings.batchesOfOne + 1

    private let settings: PostgreSQLSettings
    private let logger: Logger
    private var places: [Place] = []
    private var uses = 0
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(_ settings: PostgreSQLSettings, logger: Logger) {
        self.settings = settings
        self.logger = logger
    }

    /// Waits for a session and sets it to work on a schema. It is this caller's until it is given back.
    func take(for site: PostgreSQLSite, _ use: Use) async -> PostgreSQLWorker {
        while true {
            if let place = free(for: site, use) {
                places[place].use = use
                let (worker, former) = (places[place].worker, places[place].site)
                places[place].site = site
                if former !== site { await worker.serve(site) }
                return worker
            }
            await withCheckedContinuation { waiting.append($0) }
        }
    }

    func giveBack(_ worker: PostgreSQLWorker) {
        guard let place = places.firstIndex(where: { $0.worker === worker }) else { return }
        uses += 1
        places[place].use = nil
        places[place].lastUse = uses
        let woken = waiting
        waiting = []
        for waiter in woken { waiter.resume() }
    }

    /// Ends the sessions of a schema that nobody uses.
    func close(_ site: PostgreSQLSite) async {
        for place in places where place.site === site && place.use == nil { await place.worker.close() }
    }

    /// Ends the sessions that nobody uses.
    func close() async {
        for place in places where place.use == nil { await place.worker.close() }
    }

    /// The schema's own session where it has one, else one more, else the one that was not used for longest.
    private func free(for site: PostgreSQLSite, _ use: Use) -> Int? {
        if use == .batch, places.count(where: { $0.use == .batch }) >= Self.limit - 1 { return nil }
        let idle = places.indices.filter { places[$0].use == nil }
        if let own = idle.first(where: { places[$0].site === site }) { return own }
        if places.count < Self.limit {
            places.append(Place(worker: PostgreSQLWorker(site, settings: settings, logger: logger), site: site))
            return places.count - 1
        }
        return idle.min { places[$0].lastUse < places[$1].lastUse }
    }
}
