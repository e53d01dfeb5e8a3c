import Foundation
import JSONScan
import Work

/// The scanner alone over whole pages, beside Foundation and beside what the memory gives.
enum PageScanning {
    @Sendable
    static func run(_ workload: Workload) async throws -> [any TableLine] {
        let pages = workload.pages
        let bodies = pages.map { Data($0) }
        let limits = JSONLimits(depth: 100_000, members: 10_000_000)
        var copy: [UInt8] = []
        copy.reserveCapacity(pages.map(\.count).max() ?? 0)
        let references: [(String, () throws -> Void)] = [
            (
                "JSONSerialization, same pages",
                { for body in bodies { use(try JSONSerialization.jsonObject(with: body)) } }
            ),
            ("memory: a sum of the same bytes", { for page in pages { use(sum(page)) } }),
            (
                "memory: memcpy of the same bytes",
                {
                    for page in pages {
                        copy.removeAll(keepingCapacity: true)
                        copy += page
                        use(copy)
                    }
                }
            ),
        ]
        var lines: [any TableLine] = []
        for (name, reference) in references {
            let laps = try await Race.run(workload.options.repetitions) {
                try await Lap.time { for page in pages { use(try JSON.validate(page.span, limits: limits)) } }
            } reference: {
                try await Lap.time(reference)
            }
            lines.append(
                Measurement("scan pages", "pages", count: pages.count, bytes: workload.bytes, laps, comparedWith: name)
            )
        }
        return lines
    }

    /// Reads each byte once, eight at a time.
    private static func sum(_ bytes: [UInt8]) -> UInt64 {
        bytes.withUnsafeBytes { bytes in
            var sums = (UInt64(0), UInt64(0), UInt64(0), UInt64(0))
            for offset in stride(from: 0, to: bytes.count & ~31, by: 32) {
                sums.0 &+= bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
                sums.1 &+= bytes.loadUnaligned(fromByteOffset: offset + 8, as: UInt64.self)
                sums.2 &+= bytes.loadUnaligned(fromByteOffset: offset + 16, as: UInt64.self)
                sums.3 &+= bytes.loadUnaligned(fromByteOffset: offset + 24, as: UInt64.self)
            }
            return sums.0 &+ sums.1 &+ sums.2 &+ sums.3
        }
    }
}
