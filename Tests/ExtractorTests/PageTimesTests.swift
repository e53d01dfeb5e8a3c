import Extractor
import Model
import Testing

@Suite("PageTimes")
struct PageTimesTests {
    private static let started = Timestamp(seconds: 1_795_168_800)

    @Test(
        "what a page covers ends by the clock that is behind, this machine's or Zendesk's",
        arguments: [
            // Zendesk's second has begun before the answer did, and the answer may have been on its way for that long.
            (dateAfter: 0, covered: -3), (dateAfter: 3, covered: 0), (dateAfter: 2, covered: -1),
            (dateAfter: -3600, covered: -3603), (dateAfter: 3600, covered: 0), (dateAfter: nil, covered: 0),
        ] as [(dateAfter: Int64?, covered: Int64)]
    )
    func covered(dateAfter: Int64?, covered: Int64) {
        let times = PageTimes(
            startedAt: Self.started,
            // A step of the clock meanwhile.
            receivedAt: Self.started - .seconds(500),
            took: .seconds(3),
            date: dateAfter.map { Self.started + .seconds($0) }
        )
        #expect(times.coveredUntil == Self.started + .seconds(covered))
    }
}
