import Extractor
import Model
import Synchronization
import Testing

@Suite("BucketQueue")
struct BucketQueueTests {
    private let streams: [StreamName] = ["tickets", "organizations", "ticket_events"]

    /// What happened, in order.
    private final class Visits: Sendable {
        private let visits = Mutex<[StreamName?]>([])
        var all: [StreamName?] { visits.withLock { $0 } }
        func add(_ stream: StreamName?) { visits.withLock { $0.append(stream) } }
    }

    @Test("streams are read one after another in the order of their ranks, whoever comes first", arguments: 0..<20)
    func order(seed: Int) async throws {
        let queue = BucketQueue()
        let visits = Visits()
        for (rank, stream) in streams.enumerated() { queue.enlist(stream, rank: rank) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for stream in streams.shuffled() {
                group.addTask {
                    defer { queue.leave(stream) }
                    for _ in 0..<5 {
                        try await queue.pass(stream) {
                            visits.add(stream)
                            await Task.yield()
                        }
                        // As when a page is published.
                        for _ in 0..<seed { await Task.yield() }
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(visits.all == streams.flatMap { Array(repeating: $0, count: 5) })
    }

    @Test("one request at a time is let through")
    func single() async throws {
        let queue = BucketQueue()
        let visits = Visits()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<50 {
                group.addTask {
                    try await queue.pass(StreamName(rawValue: "s\(index)")) {
                        visits.add("in")
                        await Task.yield()
                        visits.add("out")
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(visits.all == (0..<50).flatMap { _ in ["in", "out"] })
    }

    @Test("a stream that failed or stepped aside holds nobody up, and goes first again when it is back")
    func aside() async throws {
        let queue = BucketQueue()
        let visits = Visits()
        for (rank, stream) in streams.enumerated() { queue.enlist(stream, rank: rank) }
        await #expect(throws: CancellationError.self) {
            try await queue.pass("tickets") { throw CancellationError() }
        }
        queue.stepAside("tickets")
        try await queue.pass("organizations") { visits.add("organizations") }
        queue.stepBack("tickets")
        let behind = Visits()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await queue.pass("organizations", queues: { behind.add($0) }) {
                    visits.add("organizations")
                }
            }
            while behind.all.isEmpty { await Task.yield() }
            try await queue.pass("tickets") { visits.add("tickets") }
            queue.leave("tickets")
            try await group.waitForAll()
        }
        #expect(visits.all == ["organizations", "tickets", "organizations"])
        #expect(behind.all == ["tickets", nil])
    }

    @Test("who is cancelled while waiting leaves the others their turn")
    func cancelled() async throws {
        let queue = BucketQueue()
        let visits = Visits()
        queue.enlist("tickets", rank: 0)
        queue.enlist("organizations", rank: 1)
        let behind = Visits()
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                await #expect(throws: CancellationError.self) {
                    try await queue.pass("organizations", queues: { behind.add($0) }) {
                        visits.add("organizations")
                    }
                }
            }
            while behind.all.isEmpty { await Task.yield() }
            group.cancelAll()
        }
        queue.leave("organizations")
        try await queue.pass("tickets") { visits.add("tickets") }
        queue.leave("tickets")
        try await queue.pass("ticket_events") { visits.add("ticket_events") }
        #expect(visits.all == ["tickets", "ticket_events"])
    }
}
