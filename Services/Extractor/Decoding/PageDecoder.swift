package import Catalog
import JSONScan
import Messaging
import Model

/// Slices a page into raw records with their keys; validates the page once, builds no tree, copies no record.
///
/// One bad record is data: it becomes a rejected one in its place and the rest of the page goes on.
package struct PageDecoder: Sendable {
    /// A larger record is rejected: 4 MiB, so that its event passes every topic.
    package static let maxRecordBytes = 4 << 20
    /// What one record may hold. Its event, and the page, put levels of their own around it.
    static let recordLimits = JSONLimits(depth: 64, members: 5000)
    /// The levels around a record: the page's object and its list.
    private static let levelsAround = 2
    /// What a page may hold whose records are then checked one by one.
    private static let widestLimits = JSONLimits(depth: 100_000, members: 10_000_000)

    private let envelope: Envelope
    private let layouts: [RecordLayout]

    /// - Parameters:
    ///   - layout: of the page's own stream.
    ///   - derived: of the streams taken out of its records, in the order that `layout` names their fields in.
    package init(_ envelope: Envelope, layout: RecordLayout, derived: [RecordLayout] = []) {
        self.envelope = envelope
        self.layouts = [layout] + derived
    }

    /// - Complexity: O(n) in the page's bytes; memory: some words per record and per field cut out.
    package func decode(_ bytes: [UInt8]) throws(PageError) -> DecodedPage {
        let span = bytes.span
        let (root, isChecked) = try Self.validated(span)
        var page = DecodedPage(bytes: bytes, summary: PageSummary(), streams: layouts.map { DecodedStream($0.stream) })
        guard let list = summary(of: root, in: span, &page.summary), list.kind == .array else {
            throw .noRecords(envelope)
        }
        var scanners = layouts.map { RecordScanner($0, checksLimits: !isChecked) }
        var elements = JSONElements(of: list)
        while let element = elements.next(in: span) {
            scanners[0].scan(element, index: page.summary.records, in: span)
            for (index, node) in scanners[0].derived where node.kind != .null {
                scanners[index + 1].scan(node, index: page.summary.records, in: span)
            }
            page.summary.records += 1
        }
        for index in scanners.indices {
            page.streams[index].records = scanners[index].records
            page.streams[index].ranges = scanners[index].kept.ranges
        }
        return page
    }

    /// The root, and whether every record is within its limits.
    private static func validated(_ bytes: Span<UInt8>) throws(PageError) -> (JSONNode, Bool) {
        let limits = JSONLimits(depth: recordLimits.depth + levelsAround, members: recordLimits.members)
        do {
            return (try JSON.validate(bytes, limits: limits), true)
        } catch {
            switch error {
            case .tooDeep, .tooManyMembers: break
            default: throw .invalidJSON(error)
            }
        }
        do {
            return (try JSON.validate(bytes, limits: widestLimits), false)
        } catch {
            throw .invalidJSON(error)
        }
    }

    /// Reads the members around the records.
    /// - Returns: the list of records.
    private func summary(of root: JSONNode, in bytes: Span<UInt8>, _ summary: inout PageSummary) -> JSONNode? {
        var list: JSONNode?
        var members = JSONMembers(of: root)
        while let member = members.next(in: bytes) {
            if case .list(JSON.text(of: member.key, in: bytes)) = envelope { list = member.value }
            switch JSON.text(of: member.key, in: bytes) {
            case "end_of_stream": summary.endOfStream = Self.truth(member.value)
            case "after_cursor": summary.afterCursor = Self.text(member.value, in: bytes) ?? summary.afterCursor
            case "end_time": summary.endTime = Self.integer(member.value, in: bytes)
            case "meta":
                summary.hasMore = JSON.member("has_more", of: member.value, in: bytes).flatMap(Self.truth)
                if let cursor = JSON.member("after_cursor", of: member.value, in: bytes) {
                    summary.afterCursor = Self.text(cursor, in: bytes) ?? summary.afterCursor
                }
            default: break
            }
        }
        return list
    }

    private static func truth(_ node: JSONNode) -> Bool? {
        switch node.kind {
        case .true: true
        case .false: false
        default: nil
        }
    }

    private static func text(_ node: JSONNode, in bytes: Span<UInt8>) -> String? {
        node.kind == .string ? JSON.text(of: node.range, in: bytes) : nil
    }

    private static func integer(_ node: JSONNode, in bytes: Span<UInt8>) -> Int64? {
        node.kind == .number ? JSON.integer(node.range, in: bytes) : nil
    }
}
