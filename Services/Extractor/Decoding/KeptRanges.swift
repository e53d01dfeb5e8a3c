import JSONScan

/// Collects what is left of a page's records when fields are cut out of them: ranges to keep, none copied.
///
/// One pass forwards: cuts come in the order of the document.
struct KeptRanges {
    private(set) var ranges: [Range<Int>] = []
    /// Bytes kept of the value begun last.
    private(set) var length = 0
    private var start = 0

    mutating func begin(at start: Int) {
        self.start = start
        length = 0
    }

    mutating func cut(_ range: Range<Int>) {
        keep(before: range.lowerBound)
        start = max(start, range.upperBound)
    }

    mutating func end(at end: Int) {
        keep(before: end)
    }

    /// Goes on elsewhere in the page, after ``end(at:)``.
    mutating func resume(at start: Int) {
        self.start = start
    }

    /// Keeps bytes from anywhere, after ``end(at:)``.
    mutating func append(_ range: Range<Int>) {
        guard !range.isEmpty else { return }
        ranges.append(range)
        length += range.count
    }

    /// Puts bytes from elsewhere in the place of some of the value's.
    mutating func replace(_ range: Range<Int>, by other: Range<Int>) {
        keep(before: range.lowerBound)
        append(other)
        start = max(start, range.upperBound)
    }

    /// Forgets the value begun last.
    mutating func discard(to count: Int) {
        ranges.removeSubrange(count...)
        length = 0
    }

    private mutating func keep(before end: Int) {
        guard end > start else { return }
        ranges.append(start..<end)
        length += end - start
        start = end
    }

    /// Cuts the paths out of a value that stays itself.
    mutating func cut(_ paths: FieldPaths, of value: JSONNode, in bytes: Span<UInt8>) {
        switch value.kind {
        case .object:
            var list = SeparatedList(value)
            var members = JSONMembers(of: value)
            while let member = members.next(in: bytes) {
                let range = member.key.lowerBound..<member.value.range.upperBound
                let name = JSON.text(of: member.key, in: bytes)
                guard let below = paths.paths(ofMember: name.utf8) else {
                    list.keep(range, &self)
                    continue
                }
                if below.isCut {
                    list.cut(range, &self)
                } else {
                    list.keep(range, &self)
                    cut(below, of: member.value, in: bytes)
                }
            }
            list.end(&self)
        case .array:
            var list = SeparatedList(value)
            var elements = JSONElements(of: value)
            while let element = elements.next(in: bytes) {
                let below = paths.paths(ofElement: Self.id(of: element, in: bytes))
                if below.isCut {
                    list.cut(element.range, &self)
                } else {
                    list.keep(element.range, &self)
                    if !below.isEmpty { cut(below, of: element, in: bytes) }
                }
            }
            list.end(&self)
        default: break
        }
    }

    /// The text of an element's `id`; empty where it has none.
    private static func id(of element: JSONNode, in bytes: Span<UInt8>) -> [UInt8] {
        guard let id = JSON.member("id", of: element, in: bytes) else { return [] }
        if id.kind == .string { return Array(JSON.text(of: id.range, in: bytes).utf8) }
        return id.range.map { bytes[$0] }
    }
}

/// The members of an object, or the elements of an array, of which some are cut out with the commas that they leave.
struct SeparatedList {
    private let inside: Range<Int>
    private var previousEnd: Int
    private(set) var hasKept = false
    private var hasCutFirst = false

    init(_ container: JSONNode) {
        inside = (container.range.lowerBound + 1)..<(container.range.upperBound - 1)
        previousEnd = inside.lowerBound
    }

    /// The next part stays. Call it before anything inside the part is cut.
    mutating func keep(_ part: Range<Int>, _ kept: inout KeptRanges) {
        if hasCutFirst && !hasKept { kept.cut(inside.lowerBound..<part.lowerBound) }
        hasKept = true
        previousEnd = part.upperBound
    }

    mutating func cut(_ part: Range<Int>, _ kept: inout KeptRanges) {
        if hasKept {
            kept.cut(previousEnd..<part.upperBound)
        } else {
            hasCutFirst = true
        }
        previousEnd = part.upperBound
    }

    mutating func end(_ kept: inout KeptRanges) {
        if hasCutFirst && !hasKept { kept.cut(inside) }
    }
}
