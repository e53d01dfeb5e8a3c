/// Finds the records that a destination refuses, by trying halves of the batch.
package struct RefusalSearch {
    /// True when the destination takes the records at these places.
    private let accepts: ([Int]) async throws -> Bool

    package init(accepts: @escaping ([Int]) async throws -> Bool) {
        self.accepts = accepts
    }

    /// The records that are refused by themselves; where none is, the one that the others cannot stand beside. Empty
    /// where the destination takes them all.
    package func refused(of places: [Int]) async throws -> [Int] {
        let alone = try await halves(places)
        if !alone.isEmpty { return alone }
        return try await firstBeside(places).map { [$0] } ?? []
    }

    private func halves(_ places: [Int]) async throws -> [Int] {
        var refused: [Int] = []
        var pending = [places[...]]
        while let part = pending.popLast() {
            if part.isEmpty { continue }
            if try await accepts(Array(part)) { continue }
            if part.count == 1 {
                refused += part
                continue
            }
            let middle = part.startIndex + part.count / 2
            pending.append(part[middle...])
            pending.append(part[..<middle])
        }
        return refused.sorted()
    }

    /// The last record of the shortest beginning that is refused.
    private func firstBeside(_ places: [Int]) async throws -> Int? {
        if try await accepts(places) { return nil }
        var taken = 0
        var refused = places.count
        while refused - taken > 1 {
            let middle = (taken + refused) / 2
            if try await accepts(Array(places[..<middle])) { taken = middle } else { refused = middle }
        }
        return places[refused - 1]
    }
}
