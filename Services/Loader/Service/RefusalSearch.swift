/// Finds the records that a destination refuses, by trying halves of the batch.
///
/// Of a refused part whose first half is taken, the second half is at fault without a trial. So each refused record of n
/// costs log2 n trials of ever smaller parts, one of the record and one of what comes after it.
package struct RefusalSearch {
    /// Why the destination refuses the records at these places together; nil when it takes them.
    private let refusal: ([Int]) async throws -> String?

    package init(refusal: @escaping ([Int]) async throws -> String?) {
        self.refusal = refusal
    }

    /// The records that are refused by themselves; where none is, the one that the others cannot stand beside. Each with
    /// the reason; empty where the destination takes them all.
    /// - Parameter places: of records that were refused together.
    package func refused(of places: [Int]) async throws -> [Int: String] {
        let alone = try await halves(places)
        if !alone.isEmpty { return alone }
        return try await firstBeside(places)
    }

    private func halves(_ places: [Int]) async throws -> [Int: String] {
        var refused: [Int: String] = [:]
        var rest = places[...]
        var isAtFault = true
        while !rest.isEmpty {
            if !isAtFault, try await refusal(Array(rest)) == nil { break }
            isAtFault = false
            guard let (index, reason) = try await first(of: rest) else { break }
            refused[rest[index]] = reason
            // Those before it were taken on the way.
            rest = rest[(index + 1)...]
        }
        return refused
    }

    /// The first record that is refused by itself, of records that are refused together.
    private func first(of places: ArraySlice<Int>) async throws -> (index: Int, reason: String)? {
        var part = places
        var reason: String?
        while part.count > 1 {
            let middle = part.startIndex + part.count / 2
            reason = try await refusal(Array(part[..<middle]))
            part = reason == nil ? part[middle...] : part[..<middle]
        }
        // Where the other half was taken, it has not been tried for itself.
        if reason == nil { reason = try await refusal(Array(part)) }
        return reason.map { (part.startIndex, $0) }
    }

    /// The last record of the shortest beginning that is refused.
    private func firstBeside(_ places: [Int]) async throws -> [Int: String] {
        guard var reason = try await refusal(places) else { return [:] }
        var taken = 0
        var refused = places.count
        while refused - taken > 1 {
            let middle = (taken + refused) / 2
            if let why = try await refusal(Array(places[..<middle])) {
                (refused, reason) = (middle, why)
            } else {
                taken = middle
            }
        }
        return [places[refused - 1]: reason]
    }
}
