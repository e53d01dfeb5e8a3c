/// One line of the table: what was measured, beside what it is compared with in the same run.
struct Measurement: Encodable, Sendable {
    var stage: String
    /// What is counted: records, rows.
    var unit: String
    /// How many of it a repetition handles.
    var count: Int
    var ours: Speed
    var reference: Speed
    /// In words: what ``reference`` is.
    var comparedWith: String
    var repetitions: Int
    /// The most memory that a process had resident, where that was measured.
    var peakBytes: Int?
    /// Of it, what no file stands behind.
    var peakAnonymousBytes: Int?
    /// What ``peakBytes`` must stay under.
    var boundBytes: Int?
    /// What ``ratio`` must not be below.
    var boundRatio: Double?
    /// What a thousand bytes may take of our processor time.
    var boundMicrosecondsPerKilobyte: Double?

    /// How many times as fast as the reference.
    var ratio: Double { ours.perSecond / max(reference.perSecond, .leastNormalMagnitude) }

    /// In words, the bounds that do not hold.
    var brokenBounds: [String] {
        var broken: [String] = []
        if let peakBytes, let boundBytes, peakBytes >= boundBytes {
            let bound = boundBytes / 1_000_000
            broken.append("\(stage) had \(peakBytes / 1_000_000) MB resident, not less than \(bound) MB")
        }
        if let boundRatio, ratio < boundRatio {
            broken.append("\(stage) has a ratio of \(ratio), less than \(boundRatio)")
        }
        if let bound = boundMicrosecondsPerKilobyte, let found = ours.microsecondsPerKilobyte, found > bound {
            broken.append("\(stage) takes \(found) us of CPU per KB, more than \(bound)")
        }
        return broken
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
        case stage, unit, count, ours, reference, ratio, repetitions
        case comparedWith = "compared_with"
        case peakBytes = "peak_bytes"
        case peakAnonymousBytes = "peak_anonymous_bytes"
        case boundBytes = "bound_bytes"
        case boundRatio = "bound_ratio"
        case boundMicrosecondsPerKilobyte = "bound_processor_microseconds_per_kilobyte"
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(stage, forKey: .stage)
        try container.encode(unit, forKey: .unit)
        try container.encode(count, forKey: .count)
        try container.encode(ours, forKey: .ours)
        try container.encode(reference, forKey: .reference)
        try container.encode(ratio, forKey: .ratio)
        try container.encode(repetitions, forKey: .repetitions)
        try container.encode(comparedWith, forKey: .comparedWith)
        try container.encodeIfPresent(peakBytes, forKey: .peakBytes)
        try container.encodeIfPresent(peakAnonymousBytes, forKey: .peakAnonymousBytes)
        try container.encodeIfPresent(boundBytes, forKey: .boundBytes)
        try container.encodeIfPresent(boundRatio, forKey: .boundRatio)
        try container.encodeIfPresent(boundMicrosecondsPerKilobyte, forKey: .boundMicrosecondsPerKilobyte)
    }
}

extension Measurement {
    init(
        _ stage: String,
        _ unit: String,
        count: Int,
        bytes: Int? = nil,
        _ laps: Race.Laps,
        comparedWith: String
    ) {
        self.stage = stage
        self.unit = unit
        self.count = count
        ours = Speed(laps.ours, count: count, bytes: bytes)
        reference = Speed(laps.reference, count: count, bytes: bytes)
        self.comparedWith = comparedWith
        repetitions = laps.ours.count
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
