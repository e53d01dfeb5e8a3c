package import Catalog
package import Model

/// One walk through the pages of an endpoint, and the streams that are published out of it.
package struct PlannedRead: Sendable {
    /// Whose requests these are.
    package let parent: StreamDefinition
    package var request: Request
    /// What is published: the parent, streams taken out of its records, or both.
    package let streams: [StreamDefinition]
    /// Where the read starts from.
    package let start: Bookmark?
}

/// Which reads bring the selected streams.
package enum ReadPlan {
    /// Streams out of the same pages share one read where they stand at the same place. One that is behind catches up
    /// by a read of its own; once all are complete they go on together from the earliest, which repeats some records
    /// and loses none.
    package static func reads(
        _ selected: [StreamDefinition],
        _ bookmarks: [StreamName: Bookmark],
        largestPage: Int = .max
    ) -> [PlannedRead] {
        var parents: [StreamDefinition] = []
        var streams: [StreamName: [StreamDefinition]] = [:]
        for stream in selected {
            guard let parent = parent(of: stream) else { continue }
            if streams[parent.name] == nil { parents.append(parent) }
            streams[parent.name, default: []].append(stream)
        }
        return parents.flatMap { parent in
            reads(of: parent, streams[parent.name] ?? [], bookmarks).map { read in
                var read = read
                read.request.pageSize = min(read.request.pageSize, max(1, largestPage))
                return read
            }
        }
    }

    /// The stream whose requests bring this one.
    static func parent(of stream: StreamDefinition) -> StreamDefinition? {
        guard case .field(_, let parent) = stream.origin else { return stream }
        return Catalog.stream(parent, of: stream.source)
    }

    private static func reads(
        of parent: StreamDefinition,
        _ streams: [StreamDefinition],
        _ bookmarks: [StreamName: Bookmark]
    ) -> [PlannedRead] {
        guard case .request(let request) = parent.origin else { return [] }
        let known = streams.map { bookmarks[$0.name] }
        let complete = known.compactMap { $0?.complete == true ? $0 : nil }
        if complete.count == streams.count {
            let earliest = complete.min { left, right in
                guard let rightTime = right.asOf else { return false }
                return left.asOf.map { $0 < rightTime } ?? true
            }
            return [PlannedRead(parent: parent, request: request, streams: streams, start: earliest)]
        }
        var groups: [(cursor: String?, streams: [StreamDefinition])] = []
        for (stream, bookmark) in zip(streams, known) {
            if let index = groups.firstIndex(where: { $0.cursor == bookmark?.cursor }) {
                groups[index].streams.append(stream)
            } else {
                groups.append((bookmark?.cursor, [stream]))
            }
        }
        return groups.map { group in
            let start = group.streams.first.flatMap { bookmarks[$0.name] }
            return PlannedRead(parent: parent, request: request, streams: group.streams, start: start)
        }
    }
}
