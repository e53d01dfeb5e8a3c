/// A line of how fast something is.
struct Measurement: TableLine {
    var line: String
    /// What is counted: records, rows.
    var unit: String
    /// How many of it a repetition handles.
    var count: Int
    var ours: Speed
    var reference: Speed
    /// In words: what ``reference`` is.
    var comparedWith: String
    var repetitions: Int
    /// The reference is another program's: its processor time is not in ours.
    var isAgainstProgram = false
    /// How far the ratios of the repetitions lie apart: half the width of their middle half, as a share of their median.
    var noise: Double?
    /// What ``ratio`` must not be below.
    var boundRatio: Double?
    /// What a thousand bytes should take of our processor time at most.
    var aimMicrosecondsPerKilobyte: Double?

    /// How many times as fast as the reference.
    var ratio: Double { ours.perSecond / max(reference.perSecond, .leastNormalMagnitude) }

    /// The same of processor times; nil where another process does the reference's work.
    var processorRatio: Double? {
        guard !isAgainstProgram else { return nil }
        return reference.microsecondsEach / ours.microsecondsEach
    }

    var brokenBounds: [String] {
        guard let boundRatio, ratio < boundRatio else { return [] }
        return ["\(line) has a ratio of \(Figures.decimal(ratio, digits: 3)), less than \(boundRatio)"]
    }

    var missedAims: [String] {
        guard let aim = aimMicrosecondsPerKilobyte, let found = ours.microsecondsPerKilobyte, found > aim else {
            return []
        }
        return ["\(line) takes \(Figures.decimal(found, digits: 2)) us of CPU per KB, more than \(aim)"]
    }

    var cells: TableCells {
        TableCells(
            line: line,
            ours: Figures.number(ours.perSecond),
            unit: "\(unit)/s",
            oursPerByte: ours.megabytesPerSecond.map(Figures.number) ?? "",
            oursEach: Figures.number(ours.microsecondsEach),
            oursPerKilobyte: ours.microsecondsPerKilobyte.map { Figures.decimal($0, digits: 2) } ?? "",
            bound: boundRatio.map { "ratio >= \($0)" } ?? aimMicrosecondsPerKilobyte.map { "aim \($0) us/KB" } ?? "",
            noise: Figures.percent(noise),
            theirs: Figures.number(reference.perSecond),
            theirsPerByte: reference.megabytesPerSecond.map(Figures.number) ?? "",
            theirsEach: isAgainstProgram ? "" : Figures.number(reference.microsecondsEach),
            ratio: Figures.decimal(ratio, digits: 2),
            processorRatio: processorRatio.map { Figures.decimal($0, digits: 2) } ?? "",
            comparedWith: comparedWith
        )
    }

    /// The medians of one contender.
    struct Speed: Encodable, Sendable {
        var perSecond: Double
        /// 10^6 bytes a second, where bytes are handled.
        var megabytesPerSecond: Double?
        /// Processor time of each, in microseconds, of all threads of the process.
        var microsecondsEach: Double
        /// The same of a thousand bytes, where bytes are handled.
        var microsecondsPerKilobyte: Double?

        init(_ laps: [Lap], count: Int, bytes: Int?) {
            let seconds = laps.map(\.seconds).median
            perSecond = Double(count) / seconds
            megabytesPerSecond = bytes.map { Double($0) / seconds / 1_000_000 }
            let processorSeconds = laps.map(\.processorSeconds).median
            microsecondsEach = processorSeconds / Double(count) * 1_000_000
            microsecondsPerKilobyte = bytes.map { processorSeconds / Double($0) * 1_000_000_000 }
        }

        enum CodingKeys: String, CodingKey {
            case perSecond = "per_second"
            case megabytesPerSecond = "megabytes_per_second"
            case microsecondsEach = "processor_microseconds_each"
            case microsecondsPerKilobyte = "processor_microseconds_per_kilobyte"
        }
    }

    enum CodingKeys: String, CodingKey {
        case line, unit, count, ours, reference, ratio, repetitions, noise
        case comparedWith = "compared_with"
        case processorRatio = "processor_ratio"
        case boundRatio = "bound_ratio"
        case aimMicrosecondsPerKilobyte = "aim_processor_microseconds_per_kilobyte"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(line, forKey: .line)
        try container.encode(unit, forKey: .unit)
        try container.encode(count, forKey: .count)
        try container.encode(ours, forKey: .ours)
        try container.encode(reference, forKey: .reference)
        try container.encode(ratio, forKey: .ratio)
        try container.encodeIfPresent(processorRatio, forKey: .processorRatio)
        try container.encode(repetitions, forKey: .repetitions)
        try container.encodeIfPresent(noise, forKey: .noise)
        try container.encode(comparedWith, forKey: .comparedWith)
        try container.encodeIfPresent(boundRatio, forKey: .boundRatio)
        try container.encodeIfPresent(aimMicrosecondsPerKilobyte, forKey: .aimMicrosecondsPerKilobyte)
    }
}

extension Measurement {
    init(
        _ line: String,
        _ unit: String,
        count: Int,
        bytes: Int? = nil,
        _ laps: Race.Laps,
        comparedWith: String
    ) {
        self.line = line
        self.unit = unit
        self.count = count
        ours = Speed(laps.ours, count: count, bytes: bytes)
        reference = Speed(laps.reference, count: count, bytes: bytes)
        self.comparedWith = comparedWith
        repetitions = laps.ours.count
        noise = laps.noise
    }
}

extension [Double] {
    /// The middle one; of an even number the mean of the two in the middle.
    var median: Double {
        let sorted = sorted()
        guard !sorted.isEmpty else { return .nan }
        let middle = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }
}
