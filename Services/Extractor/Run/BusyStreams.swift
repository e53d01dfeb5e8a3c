import Model
import Synchronization

/// The streams of a run that are being read.
final class BusyStreams: Sendable {
    private let reads: Mutex<[StreamName: Int]>

    init(_ streams: [StreamName]) {
        reads = Mutex(Dictionary(streams.map { ($0, 1) }, uniquingKeysWith: +))
    }

    func contains(_ stream: StreamName) -> Bool { reads.withLock { $0[stream] != nil } }

    /// A stream may be in several reads.
    func enter(_ streams: [StreamName]) {
        reads.withLock { reads in
            for stream in streams { reads[stream, default: 0] += 1 }
        }
    }

    func leave(_ streams: [StreamName]) {
        reads.withLock { reads in
            for stream in streams {
                let rest = reads[stream, default: 1] - 1
                reads[stream] = rest > 0 ? rest : nil
            }
        }
    }
}
