import JSONScan
import Testing

@Suite("Validation of UTF-8")
struct ValidateUTF8Tests {
    @Test(
        "refuses malformed sequences in strings, at every position of a word",
        arguments: [
            [0x80], [0xBF], [0xC0, 0x80], [0xC1, 0xBF], [0xC3], [0xC3, 0x28], [0xE0, 0x80, 0x80], [0xE0, 0x9F, 0xBF],
            [0xE2, 0x82], [0xE2, 0x28, 0xA1], [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF], [0xF0, 0x80, 0x80, 0x80],
            [0xF0, 0x8F, 0xBF, 0xBF], [0xF0, 0x9F, 0x98], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xFE],
            [0xFF], [0xF8, 0x88, 0x80, 0x80, 0x80],
        ] as [[UInt8]]
    )
    func refuses(_ sequence: [UInt8]) {
        for position in 0..<12 {
            let before = [UInt8](repeating: 0x61, count: position)
            let bytes = [0x22] + before + sequence + [0x22]
            #expect(validated(bytes) == .failure(.invalidUTF8(offset: position + 1)))
            // Cut off within the sequence.
            #expect(validated([0x22] + before + sequence) == .failure(.invalidUTF8(offset: position + 1)))
        }
        #expect(validated(sequence) == .failure(.unexpectedByte(offset: 0)))
    }

    @Test("agrees with the standard library about every sequence of two and many of four bytes")
    func agrees() {
        var random = SeededGenerator(seed: 8)
        var sequences: [[UInt8]] = []
        for first in UInt8(0x80)...0xFF {
            for second in UInt8(0x80)...0xFF { sequences.append([first, second]) }
        }
        for _ in 0..<20_000 {
            let length = Int.random(in: 3...4, using: &random)
            let lead = UInt8.random(in: 0xDF...0xF5, using: &random)
            sequences.append([lead] + (1..<length).map { _ in UInt8.random(in: 0x7F...0xC0, using: &random) })
        }
        for sequence in sequences {
            let isValid = String(validating: sequence, as: UTF8.self) != nil
            guard case .success = validated([0x22] + sequence + [0x22]) else {
                if isValid { Issue.record("refused \(sequence)") }
                continue
            }
            if !isValid { Issue.record("accepted \(sequence)") }
        }
    }

    @Test("accepts every scalar of the basic plane and the ends of the others")
    func acceptsScalars() {
        let scalars = (UInt32(0x20)...0xFFFF).lazy.filter {
            !(0xD800...0xDFFF).contains($0) && $0 != 0x22 && $0 != 0x5C
        }
        for value in Array(scalars) + [0x10000, 0x1FFFF, 0xFFFFF, 0x100000, 0x10FFFF] {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let bytes = Array("\"\(Character(scalar))\"".utf8)
            if case .failure(let error) = validated(bytes) { Issue.record("U+\(String(value, radix: 16)): \(error)") }
        }
    }
}
