import Foundation

/// A run of the benchmarks for programs: when and where it was, and all lines.
struct RunRecord: Encodable {
    var date: String
    var machine: String
    var isQuick: Bool
    var tickets: Int
    var stages: [String]
    /// How many processes wanted to run, the average of a minute, before and after.
    var loadBefore: Double
    var loadAfter: Double
    var seconds: Double
    var lines: [any TableLine]
    var brokenBounds: [String]

    var missedAims: [String] { lines.flatMap(\.missedAims) }

    /// In words, under the table.
    var foot: String {
        let loads = [loadBefore, loadAfter].map { Figures.decimal($0, digits: 1) }
        let took = Figures.number(seconds.rounded())
        return "\(date), \(machine), load \(loads[0]) before and \(loads[1]) after, \(took) s"
    }

    /// The average of the last minute.
    static var load: Double {
        var averages = [0.0]
        return getloadavg(&averages, 1) == 1 ? averages[0] : 0
    }

    enum CodingKeys: String, CodingKey {
        case date, machine, tickets, stages, seconds, lines
        case isQuick = "quick"
        case loadBefore = "load_before"
        case loadAfter = "load_after"
        case brokenBounds = "broken_bounds"
        case missedAims = "missed_aims"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(date, forKey: .date)
        try container.encode(machine, forKey: .machine)
        try container.encode(isQuick, forKey: .isQuick)
        try container.encode(tickets, forKey: .tickets)
        try container.encode(stages, forKey: .stages)
        try container.encode(loadBefore, forKey: .loadBefore)
        try container.encode(loadAfter, forKey: .loadAfter)
        try container.encode(seconds, forKey: .seconds)
        try container.encode(brokenBounds, forKey: .brokenBounds)
        try container.encode(missedAims, forKey: .missedAims)
        var list = container.nestedUnkeyedContainer(forKey: .lines)
        for line in lines { try line.encode(to: list.superEncoder()) }
    }
}
