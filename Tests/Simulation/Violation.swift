/// Something that must hold did not.
struct Violation: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// - Throws: ``Violation`` where the condition does not hold.
func demand(_ condition: Bool, _ problem: @autoclosure () -> String) throws {
    guard condition else { throw Violation(problem()) }
}
