/// Finds the records that a destination refuses, by trying halves of the batch.
///
/// A half is tried only where it is not known already: of a refused part whose first half is taken, the second half is
/// at fault. So each refused record of n costs log2 n trials and one more, of ever smaller parts.
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
        guard !places.isEmpty else { return [:] }
        var refused: [Int: String] = [:]
        // Parts that are at fault, and parts that may be.
        var pending = [(part: places[...], isAtFault: true)]
        while let (part, isAtFault) = pending.popLast() {
            if part.count == 1 || !isAtFault {
                guard let reason = try await refusal(Array(part)) else { continue }
                if part.count == 1 {
                    refused[part[part.startIndex]] = reason
                    continue
                }
            }
            let middle = part.startIndex + part.count / 2
            let (first, second) = (part[..<middle], part[middle...])
            guard let reason = try await refusal(Array(first)) else {
                pending.append((second, true))
                continue
            }
            pending.append((second, false))
            if first.count == 1 {
                refused[first[first.startIndex]] = reason
            } else {
                pending.append((first, true))
            }
        }
        return refused
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
