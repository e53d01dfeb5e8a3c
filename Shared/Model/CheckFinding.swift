/// One thing that a check tried, and what came of it.
package struct CheckFinding: Hashable, Sendable {
    package enum Grade: String, Hashable, Sendable, Codable {
        case ok
        /// Works, but a person should know.
        case warning
        case problem
    }

    /// What was tried: `prefix`, `login`, `stream`, ….
    package var check: String
    /// What it was tried on: a host, a stream.
    package var subject: String
    package var grade: Grade
    /// What came of it, in words for people.
    package var verdict: String
    /// What to do about it.
    package var hint: String?
    /// Of a problem: what the process should end with.
    package var exitCode: ExitCode

    package init(
        _ check: String,
        on subject: String,
        _ grade: Grade = .ok,
        _ verdict: String = "ok",
        hint: String? = nil,
        exitCode: ExitCode = .ok
    ) {
        self.check = check
        self.subject = subject
        self.grade = grade
        self.verdict = verdict
        self.hint = hint
        self.exitCode = exitCode
    }
}

extension CheckFinding: Codable {
    enum CodingKeys: String, CodingKey {
        case check, verdict, hint
        case subject = "on"
        case grade = "status"
        case exitCode = "exit_code"
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            try container.decode(String.self, forKey: .check),
            on: try container.decode(String.self, forKey: .subject),
            try container.decode(Grade.self, forKey: .grade),
            try container.decode(String.self, forKey: .verdict),
            hint: try container.decodeIfPresent(String.self, forKey: .hint),
            // A newer version's is none of ours.
            exitCode: ExitCode(rawValue: try container.decode(Int32.self, forKey: .exitCode)) ?? .unexpected
        )
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(check, forKey: .check)
        try container.encode(subject, forKey: .subject)
        try container.encode(grade, forKey: .grade)
        try container.encode(verdict, forKey: .verdict)
        try container.encodeIfPresent(hint, forKey: .hint)
        try container.encode(exitCode.rawValue, forKey: .exitCode)
    }
}

extension [CheckFinding] {
    package var hasProblem: Bool { contains { $0.grade == .problem } }
}
