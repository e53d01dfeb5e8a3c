import Messaging
import Synchronization

/// Reads logs from a start to the ends that they had when it was made.
final class EmbeddedReader: MessageReader {
    private struct Rest {
        let log: LogRow
        var range: Range<Int64>
    }

    private let file: LogFile
    private let rests: Mutex<[Rest]>

    /// Bounds what one call brings into memory.
    private static let maxBytes = 16 << 20

    init(file: LogFile, logs: [LogRow], from starts: [Int32: Int64]) {
        self.file = file
        rests = Mutex(
            logs.map { log in
                let start = max(log.start, starts[log.partition] ?? log.start)
                return Rest(log: log, range: min(start, log.next)..<log.next)
            }
        )
    }

    func next(atMost count: Int) async throws -> [Delivery]? {
        while let rest = rests.withLock({ $0.first }) {
            let deliveries = try await file.read("read") { db in
                try MessageRows.fetch(rest.log, rest.range, atMost: max(1, count), bytes: Self.maxBytes, in: db)
            }
            let end = rest.range.upperBound
            let place = deliveries.last.map { $0.offset + 1 }.flatMap { $0 <= end ? $0 : nil }
            let isOpen = rests.withLock { rests in
                // Somebody else may have closed it meanwhile.
                guard !rests.isEmpty else { return false }
                if let place { rests[0].range = place..<end } else { rests.removeFirst() }
                return true
            }
            guard isOpen else { return nil }
            if place != nil { return deliveries }
        }
        return nil
    }

    func close() async {
        rests.withLock { $0 = [] }
    }
}
