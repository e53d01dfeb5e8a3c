package import Model

/// What a destination can fail with.
package enum DestinationError: ExplainedError, Hashable {
    /// It cannot be reached, or the connection broke.
    case unavailable(String)
    /// A right is missing; `mend` is the statement or command that gives it.
    case forbidden(String, mend: String)
    /// The schema belongs to another connection, or holds tables that Deskpipe did not make.
    case ownedByOther(schema: SchemaName, owner: String)
    /// Bookkeeping of a newer version.
    case newerFormat(schema: SchemaName, format: Int)
    /// The batch was not built on the positions that the schema holds.
    case positionMoved
    /// The session with a batch's staged rows ended before the batch was loaded, and why; it is to be staged again.
    case stagingLost(String)
    /// The database refused a value or a row; its own words, without the value.
    case refused(String)
    /// A table was dropped, emptied or lost a column by another hand; `what` says which. The stream's other tables
    /// and all other streams are as they should be.
    case tableChanged(stream: String, _ what: String)
    /// A table of a stream that is read anew cannot be made anew; `why` says what is in the way, and what to do. The
    /// stream's other tables and all other streams are as they should be.
    case resetRefused(stream: String, why: String)
    /// A lock was not to be had in time: on what, and what to end.
    case lockTimeout(String)
    /// No room, or a limit of the database.
    case full(String)
    /// Anything else the database said.
    case failed(String)

    /// What a failpoint has a call fail with.
    package static var atFailpoint: DestinationError { .unavailable("a failpoint says so") }

    package var message: String { message(of: nil) }

    /// What is said of it where the connection is known: the commands name it.
    package func message(of connection: ConnectionKey?) -> String {
        switch self {
        case .unavailable(let reason):
            "the destination does not answer: \(reason); check that it runs and that `destination` names it"
        case .forbidden(let what, let mend):
            "the destination refuses: \(what); to mend it: \(mend)"
        case .ownedByOther(let schema, let owner):
            "schema \(schema) belongs to \(owner); give this connection another name with `schema:`"
        case .newerFormat(let schema, let format):
            "schema \(schema) has format \(format), made by a newer Deskpipe; upgrade this one"
        case .positionMoved:
            "another loader has loaded into this schema meanwhile; its position is read again"
        case .stagingLost(let reason):
            "the destination ended the session that held the next rows: \(reason); they are sent again"
        case .refused(let reason):
            "the destination refused a value: \(reason)"
        case .tableChanged(let stream, let what):
            "\(what) since Deskpipe loaded it; nothing more is loaded there until it is as it was, or the stream is "
                + "read anew: deskpipe reset \(Self.options(of: connection)) --stream \(stream)"
        case .resetRefused(let stream, let why):
            "the reset of \(stream) waits: \(why); nothing is loaded there until then"
        case .lockTimeout(let what):
            "waited too long for a lock on \(what); it is tried again, and goes through once what holds it has ended"
        case .full(let reason):
            "the destination is full: \(reason); make room"
        case .failed(let reason):
            "the destination failed: \(reason)"
        }
    }

    private static func options(of connection: ConnectionKey?) -> String {
        guard let connection else { return "--tenant <tenant> --connection <connection>" }
        return "--tenant \(connection.tenant) --connection \(connection.connection)"
    }

    package var exitCode: ExitCode { .destination }

    package var recovery: Recovery {
        switch self {
        case .unavailable, .lockTimeout, .full, .positionMoved, .stagingLost, .failed: .retry(after: .seconds(1))
        case .refused: .reject
        case .forbidden, .ownedByOther, .newerFormat, .tableChanged, .resetRefused: .stop
        }
    }

    /// The stream that is left out because of it, while the others load; nil for what concerns them all.
    package var leftOutStream: StreamName? {
        switch self {
        case .tableChanged(let stream, _), .resetRefused(let stream, _): StreamName(rawValue: stream)
        default: nil
        }
    }
}

/// What a connection's destination failed with.
package struct ConnectionFailure: ExplainedError {
    package let connection: ConnectionKey
    package let error: DestinationError

    package init(_ error: DestinationError, of connection: ConnectionKey) {
        self.connection = connection
        self.error = error
    }

    package var message: String { error.message(of: connection) }
    package var exitCode: ExitCode { error.exitCode }
    package var recovery: Recovery { error.recovery }
}
