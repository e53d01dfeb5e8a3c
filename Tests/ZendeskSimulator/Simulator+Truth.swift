package import Foundation

extension SimulatorServer {
    /// A part of what the account holds now: so many records that a large world is never in memory at once.
    /// - Parameters:
    ///   - name: a stream's or small table's; Chat's after `chat/`.
    ///   - ids: of these tickets, users and so on alone, in one part.
    ///   - start: where the part before said that the next one begins; 0 for the first.
    /// - Returns: a line of JSON per record; nil where there is no such name.
    func truth(_ name: String, of ids: [Int64]?, from start: Int) async -> (lines: JSONBytes, next: Int?)? {
        if let lines = lists.truth(name) { return (lines, nil) }
        guard let truth = Truth(name: name) else { return nil }
        if let ids { return (await world.truth(truth, of: ids), nil) }
        return await world.truth(truth, from: start, limit: 500)
    }
}

extension Simulator {
    /// What the account holds now, as `GET /_simulator/truth/` gives it to other processes: a line of JSON per record.
    /// - Parameters:
    ///   - name: a stream's or small table's; Chat's after `chat/`.
    ///   - ids: of these tickets, users and so on alone.
    /// - Returns: nil where there is no such name.
    package func truth(_ name: String, of ids: [Int64]? = nil) async -> Data? {
        var data = Data()
        var start: Int? = 0
        while let from = start {
            guard let part = await server.truth(name, of: ids, from: from) else { return nil }
            data += part.lines.bytes
            start = part.next
        }
        return data
    }
}
