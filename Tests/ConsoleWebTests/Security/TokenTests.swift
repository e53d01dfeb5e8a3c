import Model
import Testing

@testable import ConsoleWeb

@Suite("AccessToken")
struct TokenTests {
    /// `printf %s correct-horse-battery-staple | sha256sum`
    private static let hash = "sha256:" + "87cbebfeebc05f7c54ac9336c4b4bbec831227a641951a4bde7edd56020f8590"
    private static let text = "correct-horse-battery-staple"

    @Test("a token is known by its hash alone")
    func hashed() throws {
        let token = try #require(AccessToken(role: .viewer, hash: Self.hash))
        #expect(AccessToken.role(of: Self.text, among: [token]) == .viewer)
        for wrong in ["", "correct-horse-battery-stapl", "correct-horse-battery-staple ", Self.hash] {
            #expect(AccessToken.role(of: wrong, among: [token]) == nil, "\(wrong)")
        }
        #expect(AccessToken(role: .viewer, token: Secret(Self.text)) == token)
        #expect(!"\(token)".contains("horse"))
    }

    @Test(
        "what is no hash, or too short to be random, is no token",
        arguments: [
            "", "sha256:", "sha256:00", "md5:00", String(repeating: "a", count: 71),
            "sha256:" + String(repeating: "g", count: 64), "sha256:" + String(repeating: "+1", count: 32),
            "sha256:" + String(repeating: "-0", count: 32),
        ]
    )
    func broken(hash: String) {
        #expect(AccessToken(role: .viewer, hash: hash) == nil)
        #expect(AccessToken(role: .viewer, token: Secret("short")) == nil)
    }

    @Test("the greater right counts where one token stands twice")
    func twice() throws {
        let tokens = try [ConsoleRole.operator, .viewer].map { role in
            try #require(AccessToken(role: role, token: Secret(Self.text)))
        }
        #expect(AccessToken.role(of: Self.text, among: tokens) == .operator)
        #expect(AccessToken.role(of: Self.text, among: tokens.reversed()) == .operator)
    }

    @Test("comparisons look at all of both")
    func comparison() {
        #expect(ConstantTime.areEqual("abc", "abc") && ConstantTime.areEqual("", ""))
        for (left, right) in [("abc", "abd"), ("abc", "ab"), ("xbc", "abc"), ("", "a")] {
            #expect(!ConstantTime.areEqual(left, right))
        }
    }
}

@Suite("FormFields")
struct FormFieldTests {
    @Test("fields are decoded, in their order")
    func fields() throws {
        let form = try #require(FormFields("a=1+2&b=%C3%A9%26&a=3&c&d="))
        #expect(form["a"] == "1 2" && form.all("a") == ["1 2", "3"])
        #expect(form["b"] == "é&" && form["c"] == nil && form["d"] == nil && form["e"] == nil)
    }

    @Test(
        "what is broken, or has too many fields, is no form",
        arguments: [
            "a=%", "a=%2", "a=%zz", "a=%ff", "%+1=x", String(repeating: "a=1&", count: 2001),
        ]
    )
    func broken(text: String) {
        #expect(FormFields(text) == nil)
    }
}
