/// What a process tells its caller. 130 and 143 are signals.
package enum ExitCode: Int32, Sendable {
    case ok = 0
    case unexpected = 1
    case usage = 2
    /// Some streams failed; parked ones do not count.
    case partial = 3
    case authentication = 4
    /// A permission or a plan is missing.
    case permission = 5
    case rateLimited = 6
    case sourceUnavailable = 7
    case transport = 8
    case destination = 9
    case configuration = 78
}

/// An error that tells a person what failed, on what, and what to do.
package protocol ExplainedError: Error {
    /// One line; never a secret, never a record's content.
    var message: String { get }
    var exitCode: ExitCode { get }
    var recovery: Recovery { get }
}

/// What the caller of a failed operation should do.
package enum Recovery: Hashable, Sendable {
    case retry(after: Duration)
    /// The input is bad: set it aside, go on with the rest.
    case reject
    /// Nothing more can be done without a person.
    case stop
}
