import Foundation
package import Messaging
package import Model

/// What a connection has saved in `{ns}.bookmarks`.
package struct SavedState: Sendable {
    package var bookmarks: [StreamName: Bookmark] = [:]
    /// Streams whose bookmark this version cannot read.
    package var unreadable: Set<StreamName> = []
    package var state: ConnectionState?

    package init() {}
}

/// Reads the bookmarks of connections from the log.
package struct BookmarkStore: Sendable {
    private static let formats = 1...1

    private let transport: any Transport
    private let namespace: Namespace

    package init(_ transport: any Transport, _ namespace: Namespace) {
        self.transport = transport
        self.namespace = namespace
    }

    /// The newest bookmarks and state. Read them after the run's producer is initialised: then no older run can add to
    /// them any more.
    package func saved(for connection: ConnectionKey) async throws -> SavedState {
        var newest: [String: Bytes] = [:]
        let prefix = "\(connection)/"
        try await transport.read(namespace.bookmarks, partitions: [transport.partition(of: connection)]) { delivery in
            guard let key = delivery.keyText, key.hasPrefix(prefix) else { return }
            newest[String(key.dropFirst(prefix.count))] = delivery.value
        }
        return Self.decoded(newest)
    }

    private static func decoded(_ newest: [String: Bytes]) -> SavedState {
        var saved = SavedState()
        let decoder = JSONDecoder()
        for (name, value) in newest {
            let data = Data(value)
            if name == "@state" {
                // A state of a newer format is not needed to extract.
                saved.state = try? decoder.decode(ConnectionState.self, from: data)
                continue
            }
            let stream = StreamName(rawValue: name)
            // What does not decode is reported with its stream, which fails.
            if let bookmark = try? decoder.decode(Bookmark.self, from: data), formats.contains(bookmark.version) {
                saved.bookmarks[stream] = bookmark
            } else {
                saved.unreadable.insert(stream)
            }
        }
        return saved
    }
}
