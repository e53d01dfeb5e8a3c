import Extractor
import Foundation
import Loader
import Messaging
import Work

/// What is counted: a part of the product that computes alone, or what it is compared with.
enum HotPath: String, CaseIterable {
    /// A page's bytes to records with their keys.
    case decode
    case decodeByFoundation = "decode-foundation"
    /// Decoded pages to messages.
    case messages
    case messagesCopied = "messages-copy"
    /// Messages to validated events of a known connection.
    case route
    case routeByFoundation = "route-foundation"
    /// A batch's events to the bytes of COPY.
    case load
    case loadByFoundation = "load-foundation"

    /// One iteration of it.
    struct Turn {
        var records: Int
        var bytes: Int
        var run: () throws -> Void
    }

    /// Does what must have been done before.
    func prepared(_ page: [UInt8]) throws -> Turn {
        switch self {
        case .decode, .decodeByFoundation: try decoding(page)
        case .messages, .messagesCopied: try making(page)
        case .route, .routeByFoundation: try routing(page)
        case .load, .loadByFoundation: try loading(page)
        }
    }

    private func decoding(_ page: [UInt8]) throws -> Turn {
        let decoder = try TicketRead().decoder
        let records = try decoder.decode(page).summary.records
        if self == .decode { return Turn(records: records, bytes: page.count) { use(try decoder.decode(page)) } }
        return Turn(records: records, bytes: page.count, run: Self.parsing([Data(page)]))
    }

    private func making(_ page: [UInt8]) throws -> Turn {
        var read = try TicketRead()
        let decoded = try read.decoder.decode(page)
        let values = try read.messages(of: decoded).compactMap(\.value)
        let bytes = values.reduce(0) { $0 + $1.count }
        if self == .messages {
            return Turn(records: values.count, bytes: bytes) { use(try read.messages(of: decoded)) }
        }
        return Turn(records: values.count, bytes: bytes) {
            for value in values { use(Array(value)) }
        }
    }

    private func routing(_ page: [UInt8]) throws -> Turn {
        var read = try TicketRead()
        let deliveries = try read.deliveries(of: [page])
        let values = deliveries.compactMap { $0.value.map { Data($0) } }
        let bytes = values.reduce(0) { $0 + $1.count }
        if self == .route {
            var loader = LoaderPath()
            return Turn(records: deliveries.count, bytes: bytes) { try loader.route(deliveries) { use($0) } }
        }
        return Turn(records: deliveries.count, bytes: bytes, run: Self.parsing(values))
    }

    private func loading(_ page: [UInt8]) throws -> Turn {
        var read = try TicketRead()
        var loader = LoaderPath()
        let batches = try loader.batches(try read.deliveries(of: [page]))
        loader.declare(batches)
        let records = batches.flatMap(\.records)
        let bytes = records.reduce(0) { $0 + $1.count }
        if self == .load {
            return Turn(records: records.count, bytes: bytes) { [loader] in
                for events in batches { try loader.load(events) }
            }
        }
        return Turn(records: records.count, bytes: bytes, run: Self.parsing(records.map { Data($0) }))
    }

    /// Foundation's way to values.
    private static func parsing(_ texts: [Data]) -> () throws -> Void {
        { for text in texts { use(try JSONSerialization.jsonObject(with: text)) } }
    }
}
