/// What a record may say that few programs expect, appended as further members of it.
enum OddData {
    /// Text, already escaped: NUL, a lone surrogate, scripts that run the other way, emoji, escapes of every kind.
    static let text: StaticString =
        """
         \\u0000 \\ud800 \u{202E}\u{5E9}\u{5DC}\u{5D5}\u{5DD} \u{645}\u{631}\u{62D}\u{628}\u{627} \
        \u{1F468}\u{200D}\u{1F469}\u{200D}\u{1F467} \\ud83d\\udc69\\u200d\\ud83d\\ude80 \\b\\f\\n\\r\\t\\/\\\\\\" e\u{301}
        """

    private static let longKey: StaticString = "odd_a_key_of_seventy_characters_that_no_database_takes_as_a_columns_na"

    /// Appends the odd members of a record. Each third record has all of them; the others have the one whose type changes.
    static func append(_ index: Int, _ row: Table.Row, to out: inout JSONBytes) {
        out.raw(",\"odd_type\":")
        switch (index + Int(row.version)) % 7 {
        case 0: out.integer(index)
        case 1: out.raw("\"text \\u0000 and more\"")
        case 2: out.raw("true")
        case 3: out.raw("1.2345678901234567890123")
        case 4: out.raw("[1,\"two\",null,{\"three\":3}]")
        case 5: out.raw("{\"inner\":1,\"Inner\":\"2\"}")
        default: out.raw("null")
        }
        guard index % 3 == 1 else { return }
        out.raw(",\"odd_text\":\"")
        out.raw(text)
        out.raw("\",\"odd_case\":1,\"Odd_Case\":\"upper\",\"\\u006fdd_escaped\":1,\"odd_null\":null,\"odd_empty\":{},")
        out.raw("\"odd_id\":9223372036854775807,\"odd_large\":18446744073709551616,\"odd_exponent\":-1.5e+300,\"")
        out.raw(longKey)
        out.raw("\":\"")
        out.integer(index)
        out.raw("\",\"odd_date\":\"2026-02-29T25:00:00Z\",\"odd_deep\":")
        let depth = 24
        for level in 0..<depth { out.text("{\"l\(level)\":") }
        out.raw("\"bottom\"")
        for _ in 0..<depth { out.raw("}") }
        // A column that is not there at the start.
        if row.version > 0 { out.raw(",\"odd_late\":\"late\"") }
    }
}

extension JSONBytes {
    /// More than a megabyte of text, already escaped.
    mutating func appendLongText() {
        let start = count
        let piece: StaticString = "A long description \\u00e9 \\ud83d\\ude80 with escapes \\n and \\\"quotes\\\". "
        while count - start < 1 << 20 { raw(piece) }
    }
}
