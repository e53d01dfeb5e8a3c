import Extractor
import Model
import Testing

@Suite("Waits that are kept")
struct ToldWaitsTests {
    private static let now = Timestamp(seconds: 1_795_168_800)

    @Test("a wait is news where there is none, however short, or where it ends more than a second later")
    func news() {
        let later = { (milliseconds: Int64) in ["account": Self.now + .milliseconds(milliseconds)] }
        let isNews = { ToldWaits.isNews($0, beside: $1, at: Self.now) }
        #expect(isNews(later(900), [:]))
        #expect(isNews(later(900), later(-50)))
        #expect(isNews(later(900), ["login": Self.now + .seconds(9)]))
        #expect(isNews(later(9000), later(7999)))
        // Answers to requests that were sent side by side.
        #expect(!isNews(later(9000), later(8000)))
        #expect(!isNews(later(9000), later(60_000)))
        #expect(!isNews(later(0), [:]))
        #expect(!isNews([:], later(900)))
    }
}
