/// What is wrong with a setting that a person wrote, in a file or in a form.
package enum SettingProblem: Error, Hashable, Sendable {
    /// In words that follow "must be".
    case mustBe(String)
    /// In words of its own.
    case says(String)

    /// A sentence's part for people, without the setting's name.
    package var message: String {
        switch self {
        case .mustBe(let expected): "it must be \(expected)"
        case .says(let text): text
        }
    }
}
