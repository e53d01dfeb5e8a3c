import Synchronization

/// How many answers are open that go on until the browser leaves.
final class OpenStreams: Sendable {
    /// Each costs a connection and a look at the board every second.
    static let most = 200

    private let count = Mutex(0)

    var hasRoom: Bool { count.withLock { $0 < Self.most } }

    func opened() { count.withLock { $0 += 1 } }

    func closed() { count.withLock { $0 -= 1 } }
}
