import TestSupport
import Testing

extension PostgreSQLServer {
    /// Why tests are skipped where ``sharedURL`` is nil.
    static let isMissing: Comment = "no PostgreSQL here: neither DESKPIPE_TEST_POSTGRES nor /usr/lib/postgresql/*/bin"
}
