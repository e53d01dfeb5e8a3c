import Model
import Synchronization

/// How many requests one caller may make: as many at once as the bucket holds, and from then on so many a second.
final class RequestRate: Sendable {
    /// Callers that are kept in mind: those whose bucket is full again are forgotten first.
    private static let mostCallers = 10_000

    private struct Bucket {
        var left: Double
        var at: Timestamp
    }

    private let capacity: Double
    private let perSecond: Double
    private let buckets = Mutex<[String: Bucket]>([:])

    init(capacity: Int, perSecond: Double) {
        self.capacity = Double(capacity)
        self.perSecond = perSecond
    }

    /// Takes one request of a caller off its bucket; false where that is empty.
    func admits(_ caller: String, at now: Timestamp) -> Bool {
        buckets.withLock { buckets in
            let left = left(in: buckets[caller], at: now)
            if buckets[caller] == nil, buckets.count >= Self.mostCallers {
                buckets = buckets.filter { self.left(in: $0.value, at: now) < capacity }
                if buckets.count >= Self.mostCallers { buckets = [:] }
            }
            buckets[caller] = Bucket(left: left >= 1 ? left - 1 : left, at: now)
            return left >= 1
        }
    }

    /// Whether the next request would be admitted; takes nothing.
    func hasLeft(_ caller: String, at now: Timestamp) -> Bool {
        buckets.withLock { left(in: $0[caller], at: now) >= 1 }
    }

    private func left(in bucket: Bucket?, at now: Timestamp) -> Double {
        guard let bucket else { return capacity }
        return min(capacity, bucket.left + max(0, (now - bucket.at).fractionalSeconds) * perSecond)
    }
}
