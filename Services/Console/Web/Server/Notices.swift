import Hummingbird
import Model
import Synchronization

/// What became of forms that were sent, for the page that follows: told once, also when that page is loaded again.
final class Notices: Sendable {
    /// A browser that follows is there at once.
    private static let lifetime = Duration.seconds(60)
    private static let most = 1000

    private struct Place: Hashable {
        var session: String
        var path: String
    }

    private struct Waiting {
        var notice: Notice
        var since: Timestamp
    }

    private let clock: any WallClock
    private let waiting = Mutex<[Place: Waiting]>([:])

    init(clock: any WallClock) {
        self.clock = clock
    }

    /// Leads the browser on to a page that tells it.
    func redirect(to path: String, _ notice: Notice, _ context: ConsoleContext) -> Response {
        if let session = context.session {
            let now = clock.now()
            waiting.withLock { waiting in
                waiting = waiting.filter { now - $0.value.since < Self.lifetime }
                guard waiting.count < Self.most else { return }
                waiting[Place(session: session.id, path: path)] = Waiting(notice: notice, since: now)
            }
        }
        return Response.redirect(to: path, type: .normal)
    }

    /// What is to be told on a page that a person loads; nil where nothing is, and for the script that renews a page.
    func take(_ request: Request, _ context: ConsoleContext) -> Notice? {
        guard let session = context.session, request.method == .get, !request.isRenewal else { return nil }
        let now = clock.now()
        return waiting.withLock { waiting in
            guard let found = waiting.removeValue(forKey: Place(session: session.id, path: request.uri.path)),
                now - found.since < Self.lifetime
            else { return nil }
            return found.notice
        }
    }
}

extension Request {
    /// Whether the script asks, to renew parts of a page that is open.
    fileprivate var isRenewal: Bool { HTTPFields.Element.Name("X-Live").flatMap { headers[$0] } != nil }
}
