import Model
import Testing

@Suite("PercentText")
struct PercentTextTests {
    @Test("a text that was encoded is read as it was", arguments: ["", "a b&c=d", "é/ü?%41", "<script>", "\u{1F600}"])
    func roundTrip(text: String) {
        #expect(PercentText.decoded(PercentText.encoded(text)) == text)
    }

    @Test("an escape has two hexadecimal digits, and all of them together are UTF-8")
    func escapes() {
        #expect(PercentText.decoded("%41%c3%A9+") == "Aé+")
        for broken in ["%", "%2", "%zz", "%+1", "%-1", "%ff", "a%c3"] {
            #expect(PercentText.decoded(broken) == nil, "\(broken)")
        }
    }
}
