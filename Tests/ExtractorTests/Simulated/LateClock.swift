import Model
import ServiceRuntime

/// A clock that is behind another one.
struct LateClock: WallClock {
    let base: any WallClock
    let behind: Duration

    func now() -> Timestamp { base.now() - behind }

    func sleep(for duration: Duration) async throws { try await base.sleep(for: duration) }
}
