import Extractor
import Loader
import Messaging
import Work

/// The parts that compute alone, over the same pages again and again: nothing may pile up in them.
struct GrowthOfPaths {
    /// Of 500 tickets with their metrics: about 1,000 records.
    private let pages: [[UInt8]]
    private static let ofPage = 1000

    init(_ workload: Workload) async throws {
        pages = try await SimulatorAccount(url: workload.options.simulator).ticketPages(10, of: 500)
    }

    func lines(_ sizes: [Int]) async throws -> [Growth] {
        [
            try await Growth("decode pages", sizes, decode),
            try await Growth("make messages", sizes, make),
            try await Growth("route, map and encode for COPY", sizes, load),
        ]
    }

    private func decode(_ records: Int) async throws -> Double {
        let decoder = try TicketRead().decoder
        return try await Lap.time {
            for number in 0..<(records / Self.ofPage) { use(try decoder.decode(pages[number % pages.count])) }
        }.processorSeconds
    }

    private func make(_ records: Int) async throws -> Double {
        var read = try TicketRead()
        let decoded = try pages.map { try read.decoder.decode($0) }
        return try await Lap.time {
            for number in 0..<(records / Self.ofPage) { use(try read.messages(of: decoded[number % decoded.count])) }
        }.processorSeconds
    }

    private func load(_ records: Int) async throws -> Double {
        var read = try TicketRead()
        var loader = LoaderPath()
        loader.declare(try loader.batches(try read.deliveries(of: pages)))
        var seconds = 0.0
        var rest = records
        while rest > 0 {
            let deliveries = try read.deliveries(of: pages, firstOffset: Int64(records - rest + 100_000)).prefix(rest)
            seconds += try await Lap.time {
                for events in try loader.batches(Array(deliveries)) { try loader.load(events) }
            }.processorSeconds
            rest -= deliveries.count
        }
        return seconds
    }
}
