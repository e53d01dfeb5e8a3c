import Model

/// Decides of every request, before it is answered: a fault, a refusal, or in. Keeps the account. Told the time.
struct FrontDesk: Sendable {
    /// What becomes of a request.
    enum Admission: Sendable {
        /// It is answered with this.
        case refused(APIResponse)
        /// The endpoint answers it; these headers are added, and the fault spoils what comes.
        case admitted(
            Endpoint,
            isAuthenticated: Bool,
            headers: [(name: String, value: String)],
            fault: Fault.Effect?
        )
    }

    var faults: FaultPlan
    var tokens: TokenRegister
    var gates: Gates
    private(set) var account = RequestAccount()
    private var limiter: RateLimiter
    /// Pages of exports since the start, and the changes that they led to.
    private var pages = 0
    private var changes = 0
    /// The ends of the waits that clients were told, and when that was, by path or, for a budget, by its name.
    private var waits: [String: (end: Timestamp, told: Timestamp)] = [:]

    init(configuration: SimulatorConfiguration) {
        faults = FaultPlan(seed: configuration.world.seed)
        tokens = TokenRegister(credentials: configuration.credentials, seed: configuration.world.seed)
        gates = Gates(configuration.gates)
        limiter = RateLimiter(limits: configuration.limits)
    }

    mutating func clearAccount() {
        account = RequestAccount()
    }

    /// Decides of a request and puts a refusal on record; an admitted one is recorded by ``record(_:status:fault:)``.
    mutating func admit(_ request: APIRequest) -> Admission {
        let fault = faults.effect(onPath: request.path)
        if case .status(let status, let body, let retryAfter) = fault {
            let response = APIResponse.fault(status, body: body, retryAfter: retryAfter?.header(at: request.time))
            record(request, status: status, fault: fault)
            note(retryAfter?.end(at: request.time), on: request.path, at: request.time)
            return .refused(response)
        }
        let endpoint = Routes.endpoint(request.method, request.path)
        do {
            guard let endpoint else { throw APIError.invalidEndpoint }
            guard endpoint.access != .anyone else {
                return .admitted(endpoint, isAuthenticated: false, headers: [], fault: fault)
            }
            let isChat = request.path.hasPrefix("/api/v2/chat/")
            if isChat { try tokens.authenticateForChat(request.authorization, at: request.time) }
            let isAuthenticated = try isChat || tokens.authenticate(request.authorization, at: request.time)
            if !isAuthenticated, endpoint.access != .anonymous { throw APIError.notAuthenticated }
            if endpoint.access == .admin, !tokens.credentials.isAdmin { throw APIError.forbidden }
            if let refusal = limiter.refusal(endpoint, at: request.time) {
                record(request, status: refusal.response.status, fault: fault)
                let scope = refusal.bucket?.rawValue ?? endpoint.budget.scope
                note(request.time + .seconds(refusal.seconds), on: scope, at: request.time)
                return .refused(refusal.response)
            }
            let headers = limiter.headers(endpoint, at: request.time)
            if var response = gates.refusal(request.path, endpoint)?.response {
                response.headers += headers
                record(request, status: response.status, fault: fault)
                return .refused(response)
            }
            return .admitted(endpoint, isAuthenticated: isAuthenticated, headers: headers, fault: fault)
        } catch {
            let response = (error as? APIError)?.response ?? .text("", status: 500)
            record(request, status: response.status, fault: fault)
            return .refused(response)
        }
    }

    /// Puts an answered request on record.
    mutating func record(
        _ request: APIRequest,
        status: Int,
        fault: Fault.Effect?,
        violation: RequestAccount.Violation? = nil
    ) {
        let endpoint = Routes.endpoint(request.method, request.path)
        var scopes = [request.path]
        if let bucket = endpoint?.bucket { scopes.append(bucket.rawValue) }
        // A token may be asked for while the account's budget is used up: it does not draw on it.
        if let endpoint, endpoint.access != .anyone { scopes.append(endpoint.budget.scope) }
        // What was on its way when another request was told to wait could not know.
        let told = scopes.compactMap { waits[$0] }.filter { $0.told <= request.time && request.time < $0.end }
            .map(\.told).max()
        account.add(
            RequestAccount.Entry(
                time: request.time,
                method: request.method,
                path: request.path,
                query: request.rawQuery,
                status: status,
                fault: fault?.name,
                isViolation: told != nil,
                toldAt: told,
                overstep: violation
            ),
            under: endpoint?.path ?? request.path
        )
    }

    /// Counts a page of an export, and says whether the world is to be changed after it.
    mutating func isChangeDue(_ plan: SimulatorConfiguration.PageChanges) -> Bool {
        pages += 1
        guard pages % max(1, plan.every) == 0, changes < plan.most else { return false }
        changes += 1
        return true
    }

    private mutating func note(_ end: Timestamp?, on scope: String, at now: Timestamp) {
        guard let end else { return }
        if let former = waits[scope], former.end >= end { return }
        waits[scope] = (end, now)
    }
}

extension APIResponse {
    /// The answer of a fault.
    fileprivate static func fault(_ status: Int, body: Fault.Body, retryAfter: String?) -> APIResponse {
        var response: APIResponse
        switch body {
        case .json: response = .json(#"{"error":"Simulated","description":"A fault of the simulator"}"#, status: status)
        case .text: response = .text("upstream request timeout", status: status)
        case .html: response = .html("<html><body><h1>Something went wrong</h1></body></html>", status: status)
        case .empty: response = .html("", status: status)
        }
        if let retryAfter { response.headers.append(("Retry-After", retryAfter)) }
        return response
    }
}
