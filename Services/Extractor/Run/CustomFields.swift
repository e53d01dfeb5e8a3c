import Catalog
import JSONScan
package import Model

/// The typed columns of an account's own fields: `user_fields.<key>` and `organization_fields.<key>`.
package struct CustomFields: Hashable, Sendable {
    /// The stream of definitions, which is read for them; also the object that holds the values.
    package let definitions: StreamName

    /// Nil for streams without such fields.
    package init?(of stream: StreamName) {
        switch stream {
        case "users": definitions = "user_fields"
        case "organizations": definitions = "organization_fields"
        default: return nil
        }
    }

    /// The columns that a page of definitions gives.
    func columns(of page: DecodedPage) -> [ColumnDefinition] {
        guard let stream = page.streams.first else { return [] }
        let bytes = page.bytes.span
        return stream.records.compactMap { record in
            guard let first = stream.ranges[record.ranges].first, let last = stream.ranges[record.ranges].last else {
                return nil
            }
            let node = JSONNode(kind: .object, range: first.lowerBound..<last.upperBound)
            guard let key = Self.text("key", of: node, in: bytes), !key.isEmpty,
                let type = Self.text("type", of: node, in: bytes)
            else { return nil }
            // These would be read as steps of a path.
            guard !key.contains(where: { ".[]".contains($0) }) else { return nil }
            return ColumnDefinition(path: "\(definitions).\(key)", type: Self.columnType(type))
        }
    }

    /// What a field's type makes of its column.
    package static func columnType(_ type: String) -> ColumnType {
        switch type {
        case "date": .dateTime
        case "checkbox": .boolean
        case "integer": .integer
        case "decimal": .number
        default: .string
        }
    }

    private static func text(_ name: StaticString, of record: JSONNode, in bytes: Span<UInt8>) -> String? {
        guard let node = JSON.member(name, of: record, in: bytes), node.kind == .string else { return nil }
        return JSON.text(of: node.range, in: bytes)
    }
}

extension CustomFields {
    /// Reads all definitions; none where the account or user may not see them: then the columns have no types.
    /// - Throws: as ``ZendeskSession/page(_:of:canShrink:decode:)``.
    func columns(for stream: StreamName, _ context: RunContext) async throws -> [ColumnDefinition] {
        guard let definition = Catalog.stream(definitions, of: context.definition.source),
            case .request(let request) = definition.origin
        else { return [] }
        let decoder = PageDecoder(request.envelope, layout: RecordLayout(definition, excluded: [], derived: []))
        var paginator = Paginator(definitions, request)
        let now = context.clock.now()
        var next = paginator.first(bookmark: nil, startDate: context.definition.startDate, now: now)
        var columns: [ColumnDefinition] = []
        do {
            while true {
                let answer = try await context.session.page(next, of: stream, canShrink: false, decode: decoder.decode)
                guard case .page(let page, _) = answer else { return columns }
                columns += self.columns(of: page)
                guard case .fetch(let request) = paginator.advance(page.summary) else { return columns }
                next = request
            }
        } catch let error as ExtractorError {
            guard case .permission = error else { throw error }
            context.log.log(
                .warning,
                stream,
                "the definitions of custom fields may not be read; their columns have no types",
                ["definitions": definitions.rawValue, "error.message": error.message]
            )
            return []
        }
    }
}
