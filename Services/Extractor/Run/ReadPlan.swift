package import Catalog
package import Model

/// One walk through the pages of an endpoint, and the streams that are published out of it.
package struct PlannedRead: Sendable {
    /// Whose requests these are.
    package let parent: StreamDefinition
    package var request: Request
    /// What is published: the parent, streams taken out of its pages, or both.
    package let streams: [StreamDefinition]
    /// Where the read starts from.
    package let start: Bookmark?

    /// True where an account is of no use without one of its streams.
    package var isEssential: Bool { streams.contains(where: \.isEssential) }
}

/// Which reads bring the selected streams; those with requests per parent record are ``PlannedChildren``.
package enum ReadPlan {
    /// Streams out of the same pages share one read where they stand at the same place. One that is behind catches up
    /// by a read of its own; once all are complete they go on together from the earliest, which repeats some records
    /// and loses none.
    ///
    /// - Returns: in the streams' order, essential ones first.
    package static func reads(
        _ selected: [StreamDefinition],
        _ bookmarks: [StreamName: Bookmark],
        audits: ConnectionDefinition.Audits = .exact,
        largestPage: Int = .max
    ) -> [PlannedRead] {
        var parents: [StreamDefinition] = []
        var streams: [StreamName: [StreamDefinition]] = [:]
        for stream in selected where isFast(stream, audits) || !stream.hasRequestPerRecord {
            let parent =
                isFast(stream, audits) ? Catalog.stream("ticket_events", of: stream.source) : parent(of: stream)
            guard let parent else { continue }
            if streams[parent.name] == nil { parents.append(parent) }
            streams[parent.name, default: []].append(stream)
        }
        let planned = parents.flatMap { parent in
            reads(of: parent, streams[parent.name] ?? [], bookmarks).map { read in
                var read = read
                read.request = request(of: read, largestPage: max(1, largestPage))
                return read
            }
        }
        return planned.filter(\.isEssential) + planned.filter { !$0.isEssential }
    }

    /// True for the audits where they are the records of the export of events, under other names.
    static func isFast(_ stream: StreamDefinition, _ audits: ConnectionDefinition.Audits) -> Bool {
        audits == .fast && stream.name == "ticket_audits" && stream.hasRequestPerRecord
    }

    /// The stream whose requests bring this one, or whose records it is asked for by.
    static func parent(of stream: StreamDefinition) -> StreamDefinition? {
        guard let parent = stream.origin.parent else { return stream }
        return Catalog.stream(parent, of: stream.source)
    }

    /// With the side-loads that these streams need, and no others: a list beside the records has its side-load's name,
    /// and one that only fills a spliced field (`metric_sets`: `metric_set`) is for the stream made of that field.
    private static func request(of read: PlannedRead, largestPage: Int) -> Request {
        var request = read.request
        request.pageSize = min(request.pageSize, largestPage)
        request.largerPageSize = request.largerPageSize.map { min($0, largestPage) }
        let origins = read.streams.map(\.origin)
        request.sideLoads.removeAll { load in
            guard load.hasSuffix("s"), read.parent.spliced.contains(String(load.dropLast())) else { return false }
            return !origins.contains(.field(String(load.dropLast()), of: read.parent.name))
        }
        for case .list(let name, _) in origins where !request.sideLoads.contains(name) {
            request.sideLoads.append(name)
        }
        return request
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
        var groups: [(place: Place, streams: [StreamDefinition])] = []
        for (stream, bookmark) in zip(streams, known) {
            let place = Place(bookmark)
            if let index = groups.firstIndex(where: { $0.place == place }) {
                groups[index].streams.append(stream)
            } else {
                groups.append((place, [stream]))
            }
        }
        return groups.map { group in
            let start = group.streams.first.flatMap { bookmarks[$0.name] }
            return PlannedRead(parent: parent, request: request, streams: group.streams, start: start)
        }
    }
}

/// Where a read goes on, or begins.
private struct Place: Equatable {
    let cursor: String?
    /// Without a cursor: nil for the connection's start date.
    let start: Timestamp?

    init(_ bookmark: Bookmark?) {
        cursor = bookmark?.cursor
        start = cursor == nil ? bookmark?.start : nil
    }
}

extension RunContext {
    /// What is cut out of the records of a read's pages. The fast audits' columns are named by what they are made of.
    func excludedPaths(of read: PlannedRead) -> [StreamName: [String]] {
        var excluded = definition.excludedColumns
        guard read.parent.name == "ticket_events", let paths = excluded["ticket_audits"] else { return excluded }
        excluded["ticket_audits"] = paths.map { path in
            for (name, newName) in PageLayout.fastAudits
            where path == newName || path.hasPrefix("\(newName).") || path.hasPrefix("\(newName)[") {
                return name + path.dropFirst(newName.count)
            }
            return path
        }
        return excluded
    }
}
