import Extractor
import Testing

@Suite("ErrorDetail")
struct ErrorDetailTests {
    @Test(
        "of an answer's body, which anyone may have written, a short printable text is kept",
        arguments: [
            #"{"error":"RecordInvalid","description":"x\n2026-01-01 ERROR forged\u001b[31m"}"#,
            #"{"error":{"title":"Invalid\u202e\u0000"},"errors":[{"code":"a\r\nb"}]}"#,
            "plain\r\nSet-Cookie: a=b\u{1b}]0;title\u{7}", "\u{feff}ＡＣＭＥ\u{2028}",
        ]
    )
    func printable(body: String) {
        let long = body.replacing("x", with: String(repeating: "x", count: 5000))
        for text in [body, long].map({ ErrorDetail(Array($0.utf8))?.text ?? "" }) {
            #expect(text.utf8.count <= 120 && text.utf8.allSatisfy { (0x20..<0x7f).contains($0) })
        }
    }

    @Test(
        "markup, and what is cut short, says nothing",
        arguments: ["<html>", "{\"error\":", "", "{}", "[1]", "\u{1}"]
    )
    func nothing(body: String) {
        #expect((ErrorDetail(Array(body.utf8))?.text ?? "").allSatisfy { $0 != "<" && $0 != "{" })
    }
}
