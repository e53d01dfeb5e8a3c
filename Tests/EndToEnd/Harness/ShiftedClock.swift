import Foundation
import Model
import Synchronization

/// A simulated account's clock, a day or more behind ours, that a test puts forward: so what it changes is at once old enough
/// for the exports, and old for the extractor too.
final class ShiftedClock: WallClock {
    private let offset: Mutex<Duration>

    init(behind: Duration = .seconds(86_400)) {
        offset = Mutex(.zero - behind)
    }

    func now() -> Timestamp {
        Timestamp(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000)) + offset.withLock { $0 }
    }

    func sleep(for duration: Duration) async throws {
        try await Task.sleep(for: duration)
    }

    func advance(by duration: Duration) {
        offset.withLock { $0 += duration }
    }
}
