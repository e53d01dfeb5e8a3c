/// The tickets whose comments changed without a new one, until their audits have been read.
package enum Revisits {
    /// A bookmark keeps this many, the newest; the walk comes to the others in its own time, as they are changed tickets.
    package static let atMost = 1000

    /// The list with more, each once; nil for none.
    package static func merged(_ before: [Int64]?, _ more: [Int64]) -> [Int64]? {
        var seen: Set<Int64> = []
        let all = ((before ?? []) + more).filter { seen.insert($0).inserted }
        return all.isEmpty ? nil : Array(all.suffix(atMost))
    }

    /// The list without those that are done; nil for none.
    package static func without(_ done: [Int64], _ before: [Int64]?) -> [Int64]? {
        let rest = (before ?? []).filter { !done.contains($0) }
        return rest.isEmpty ? nil : rest
    }
}
