import Extractor
import Model
import Testing

@Suite("ProgressEstimate")
struct ProgressEstimateTests {
    private static let year: Int64 = 365 * 86_400
    private let from = Timestamp(seconds: 1_700_000_000)

    /// How a simulated account's tickets lie in time.
    enum Density: CaseIterable {
        case even, weeks, days, seasons
    }

    /// How its requests are let through.
    enum Pace: CaseIterable {
        /// As fast as they are answered.
        case free
        /// Ten a minute, in a burst at its beginning.
        case bursts
    }

    /// The covered time after each page of 1,000 records.
    private func pages(_ density: Density, count: Int) -> [Timestamp] {
        // Records an hour, then the hours in which each page ends.
        let weights = (0..<(365 * 24)).map { hour -> Double in
            let day = hour / 24
            switch density {
            case .even: return 1
            case .weeks: return day % 7 < 5 ? 1 : 0.1
            case .days: return (8...18).contains(hour % 24) ? 1 : 0.05
            case .seasons: return day % 90 < 12 ? 1.6 : 1
            }
        }
        let whole = weights.reduce(0, +)
        var sum = 0.0
        var pages: [Timestamp] = []
        for (hour, weight) in weights.enumerated() {
            sum += weight
            while Double(pages.count + 1) * whole / Double(count) <= sum + 1e-9 {
                pages.append(from + .seconds(Int64(hour + 1) * 3600))
            }
        }
        return pages
    }

    @Test(
        "after a tenth of a history the estimated end is within 30 % of the truth",
        arguments: Density.allCases,
        Pace.allCases
    )
    func tenth(density: Density, pace: Pace) throws {
        let clock = Timestamp(seconds: 1_800_000_000)
        let pages = pages(density, count: 600)
        let to = from + .seconds(Self.year)
        func time(_ page: Int) -> Timestamp {
            switch pace {
            case .free: clock + .milliseconds(Int64(page) * 700)
            case .bursts: clock + .seconds(Int64(page / 10) * 60) + .milliseconds(Int64(page % 10) * 400)
            }
        }
        var estimate = ProgressEstimate(from: from, to: to)
        let tenth = pages.count / 10
        for page in 0..<tenth { estimate.add(at: time(page), coveredUntil: pages[page], records: 1000) }
        let now = time(tenth - 1)
        let progress = estimate.progress(at: now)
        #expect(abs(progress.fraction - 0.1) < 0.02)
        let left = try #require(progress.estimatedEnd) - now
        let truth = time(pages.count - 1) - now
        let error = abs(left.fractionalSeconds / truth.fractionalSeconds - 1)
        #expect(error < 0.3, "\(density) \(pace): \(left) instead of \(truth)")
    }

    @Test("nothing is estimated before two pages came at different times and moved on")
    func unknown() {
        var estimate = ProgressEstimate(from: from, to: from + .seconds(1000))
        let now = Timestamp(seconds: 5)
        #expect(estimate.progress(at: now) == StreamProgress(fraction: 0, rate: 0, estimatedEnd: nil))
        estimate.add(at: now, coveredUntil: from + .seconds(10), records: 10)
        #expect(estimate.progress(at: now).estimatedEnd == nil)
        estimate.add(at: now + .seconds(60), coveredUntil: nil, records: 0)
        #expect(estimate.progress(at: now + .seconds(60)).estimatedEnd == nil)
        #expect(estimate.progress(at: now + .seconds(60)).fraction == 0.01)
    }

    @Test("the rate is records a minute; a complete read is at its end")
    func rate() {
        var estimate = ProgressEstimate(from: from, to: from + .seconds(1000))
        let now = Timestamp(seconds: 0)
        estimate.add(at: now, coveredUntil: from + .seconds(10), records: 100)
        estimate.add(at: now + .seconds(30), coveredUntil: from + .seconds(20), records: 100)
        #expect(estimate.progress(at: now + .seconds(30)).rate == 400)
        let done = estimate.progress(at: now + .seconds(30), isComplete: true)
        #expect(done.fraction == 1 && done.estimatedEnd == nil)
    }

    @Test("time covered never goes back, and never beyond the end")
    func bounds() {
        var estimate = ProgressEstimate(from: from, to: from + .seconds(100))
        estimate.add(at: Timestamp(seconds: 0), coveredUntil: from + .seconds(90), records: 1)
        estimate.add(at: Timestamp(seconds: 1), coveredUntil: from + .seconds(10), records: 1)
        #expect(estimate.progress(at: Timestamp(seconds: 1)).fraction == 0.9)
        estimate.add(at: Timestamp(seconds: 2), coveredUntil: from + .seconds(900), records: 1)
        #expect(estimate.progress(at: Timestamp(seconds: 2)).fraction == 1)
    }
}
