/// What a conformance suite throws where an implementation does not behave as its contract says.
package struct UnmetExpectation: Error, CustomStringConvertible {
    package let description: String

    package init(_ description: String, file: String = #fileID, line: Int = #line) {
        self.description = "\(description) (\(file):\(line))"
    }
}

func expect(
    _ condition: Bool,
    _ text: @autoclosure () -> String,
    file: String = #fileID,
    line: Int = #line
) throws {
    if !condition { throw UnmetExpectation(text(), file: file, line: line) }
}

func expect<Value: Equatable>(
    _ value: Value,
    is expected: Value,
    _ text: @autoclosure () -> String,
    file: String = #fileID,
    line: Int = #line
) throws {
    if value != expected {
        throw UnmetExpectation("\(text()): \(value), expected \(expected)", file: file, line: line)
    }
}
