package import Catalog
package import Model

/// How the pages of a stream are cut for the streams that are published out of them.
package struct PageLayout: Sendable {
    package let decoder: PageDecoder
    /// By stream, as given: the place of its records in ``DecodedPage/streams``.
    package let places: [Int]

    /// What makes `ticket_audits` of the records of `ticket_events`.
    package static let fastAudits = ["child_events": "events"]

    /// - Parameters:
    ///   - envelope: of the pages.
    ///   - parent: whose pages they are.
    ///   - streams: what is published: the parent; streams whose origin, or else ``StreamDefinition/alsoFrom``, is in
    ///     the parent's pages; and any others, which get the parent's records as they are.
    ///   - excluded: paths to cut out, by stream.
    ///   - renames: for a stream that gets the parent's records as they are: top-level members' new names.
    package init(
        _ envelope: Envelope,
        parent: StreamDefinition,
        streams: [StreamDefinition],
        excluded: [StreamName: [String]],
        renames: [StreamName: [String: String]] = [:]
    ) {
        var derived: [DerivedLayout] = []
        places = streams.map { stream in
            if stream.name == parent.name { return 0 }
            derived.append(
                DerivedLayout(
                    stream,
                    from: Self.place(of: stream, in: parent.name),
                    excluded: excluded[stream.name] ?? [],
                    renames: renames[stream.name] ?? [:]
                )
            )
            return derived.count
        }
        decoder = PageDecoder(envelope, of: parent, excluded: excluded[parent.name] ?? [], derived: derived)
    }

    private static func place(of stream: StreamDefinition, in parent: StreamName) -> DerivedLayout.Place {
        for origin in [stream.origin, stream.alsoFrom].compactMap(\.self) where origin.parent == parent {
            switch origin {
            case .field(let name, _): return .field(name)
            case .list(let name, _): return .list(name)
            case .elements(let elements, _): return .elements(elements)
            case .request, .perRecord: continue
            }
        }
        return .records
    }
}
