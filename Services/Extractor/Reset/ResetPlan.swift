import Catalog
package import Model

/// Which streams of a connection are read anew, and what that takes. A pure decision.
package struct ResetPlan: Hashable, Sendable {
    /// One stream that is read anew.
    package struct Step: Hashable, Sendable {
        package var stream: StreamName
        package var reading: Reading
        /// The stream that was asked for, where this one goes with it.
        package var with: StreamName?
        /// Selected streams that come out of the same pages, or are asked for by these records, and keep their place.
        package var keeping: [StreamName]
    }

    /// How a stream comes to be read again.
    package enum Reading: Hashable, Sendable {
        /// What changed since then.
        case changes(since: Timestamp)
        /// All that there is: it has no start.
        case whole
        /// Out of the pages of another stream, which are asked for again for this one alone; since nil: all of them.
        case pages(of: StreamName, since: Timestamp?)
        /// A request for each of another stream's records, of those that changed since then; since nil: for all.
        case requests(perRecordOf: StreamName, since: Timestamp?)
    }

    package let connection: ConnectionKey
    /// In the catalogue's order.
    package let steps: [Step]
    /// What bookmarks get: nil for the connection's start date.
    package let start: Timestamp?

    /// - Parameters:
    ///   - names: streams by name; none: all that the connection reads.
    ///   - start: from when on records are wanted; nil: the connection's start date.
    package init(
        of definition: ConnectionDefinition,
        streams names: [String],
        from start: Timestamp? = nil,
        now: Timestamp
    ) throws {
        if let start, start > now { throw ResetError.startsLater(than: now) }
        let selected = try Catalog.streams(of: definition.source, selectedBy: definition.streams)
        let named = try names.map { try Self.stream($0, of: definition, among: selected) }
        let asked = named.isEmpty ? selected : named
        var reasons: [StreamName: StreamName] = [:]
        var chosen = Set(asked.map(\.name))
        for stream in asked {
            // Its rows are made of what these bring, which would not come again by itself.
            guard let carrier = selected.first(where: { $0.name == stream.alsoFrom?.parent }),
                carrier.isReadPerRecord(definition)
            else { continue }
            if chosen.insert(carrier.name).inserted { reasons[carrier.name] = stream.name }
        }
        connection = definition.key
        self.start = start
        let since = start ?? definition.startDate
        steps = selected.filter { chosen.contains($0.name) }.map { stream in
            let others = selected.filter { !chosen.contains($0.name) && $0.shares(pagesOf: stream) }
            return Step(
                stream: stream.name,
                reading: Self.reading(stream, definition, since),
                with: reasons[stream.name],
                keeping: others.map(\.name)
            )
        }
    }

    private static func stream(
        _ name: String,
        of definition: ConnectionDefinition,
        among selected: [StreamDefinition]
    ) throws -> StreamDefinition {
        if let stream = selected.first(where: { $0.name.rawValue == name }) { return stream }
        let known = Catalog.streams(of: definition.source).map(\.name.rawValue)
        guard !known.contains(name) else {
            throw ResetError.notSelected(StreamName(rawValue: name), definition.key)
        }
        throw ResetError.unknownStream(
            name,
            nearest: known.min { name.editDistance(to: $0) < name.editDistance(to: $1) }
        )
    }

    private static func reading(
        _ stream: StreamDefinition,
        _ definition: ConnectionDefinition,
        _ start: Timestamp
    ) -> Reading {
        switch stream.origin {
        case .request(let request):
            guard stream.schema.replication == .incremental, request.hasStart else {
                return .whole
            }
            return .changes(since: start)
        case .perRecord(_, let parent):
            if ReadPlan.isFast(stream, definition.audits ?? .exact) { return .changes(since: start) }
            return .requests(perRecordOf: parent, since: since(start, parent, stream.source))
        case .field(_, let parent), .list(_, let parent), .elements(_, let parent):
            return .pages(of: parent, since: since(start, parent, stream.source))
        }
    }

    /// Nil where the parent's pages have no start.
    private static func since(_ start: Timestamp, _ parent: StreamName, _ source: Source) -> Timestamp? {
        guard case .request(let request) = Catalog.stream(parent, of: source)?.origin, request.hasStart else {
            return nil
        }
        return start
    }
}

extension Request {
    /// True where the first request says from when on records are wanted.
    fileprivate var hasStart: Bool { dialect.isExport || start != .none }
}

extension StreamDefinition {
    /// True for a stream with a request per record of another one in this connection.
    fileprivate func isReadPerRecord(_ definition: ConnectionDefinition) -> Bool {
        hasRequestPerRecord && !ReadPlan.isFast(self, definition.audits ?? .exact)
    }

    /// True for another stream that is found where this one is, or by its records.
    fileprivate func shares(pagesOf other: StreamDefinition) -> Bool {
        guard source == other.source, name != other.name else { return false }
        return origin.parent == other.name || other.origin.parent == name
            || (origin.parent != nil && origin.parent == other.origin.parent)
    }
}
