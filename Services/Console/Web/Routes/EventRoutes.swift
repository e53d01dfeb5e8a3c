import Console
import Hummingbird

/// Tells open pages that something has changed; they fetch by themselves what they show.
struct EventRoutes {
    let feed: BoardFeed
    let events: EventAnswer

    func add(to router: Router<ConsoleContext>) {
        router.get("/events") { _, _ in
            try events.response(feed.snapshot.version) { version in
                let now = feed.snapshot.version
                guard now != version else { return .nothing }
                version = now
                return .event("change", "\(now)")
            }
        }
    }
}
