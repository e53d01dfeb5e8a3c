import GRDB
import GRDBSQLite
import Loader
import Model

/// A cached statement whose parameters are bound through SQLite itself: GRDB's arguments cost more than the row.
///
/// Pointers that are bound must stay valid until ``run()`` or ``first(_:)`` returns.
struct RowStatement {
    /// Keeps the handle alive.
    private let statement: Statement
    private let handle: OpaquePointer
    private let connection: OpaquePointer?

    init(_ sql: String, _ database: Database) throws {
        statement = try database.cachedStatement(sql: sql)
        handle = statement.sqliteStatement
        connection = database.sqliteConnection
        sqlite3_reset(handle)
        sqlite3_clear_bindings(handle)
    }

    func bindNull(_ index: Int) {
        sqlite3_bind_null(handle, Int32(index))
    }

    func bind(_ value: Int64, _ index: Int) {
        sqlite3_bind_int64(handle, Int32(index), value)
    }

    func bind(_ value: Int64?, _ index: Int) {
        if let value { bind(value, index) } else { bindNull(index) }
    }

    /// Copies the text.
    func bind(_ text: String?, _ index: Int) {
        guard var text else { return bindNull(index) }
        text.withUTF8 { bind(copying: $0, index) }
    }

    /// Binds a value that is not NULL; a text without copying it.
    /// - Parameters:
    ///   - bytes: what the cell refers to.
    ///   - scratch: reused for dates.
    func bind(_ cell: RowBuffer.Cell, _ bytes: UnsafeBufferPointer<UInt8>, _ scratch: inout [UInt8], _ index: Int) {
        switch cell.type {
        case .integer, .boolean: bind(cell.word, index)
        case .timestamp:
            scratch.removeAll(keepingCapacity: true)
            Timestamp(microseconds: cell.word).append(to: &scratch, .microseconds)
            scratch.withUnsafeBufferPointer { bind(copying: $0, index) }
        case .text: bind(bytes, cell.byteRange, index)
        case .decimal:
            switch SQLiteNumber(String(decoding: bytes[cell.byteRange], as: UTF8.self)) {
            case .integer(let value): bind(value, index)
            case .real(let value): sqlite3_bind_double(handle, Int32(index), value)
            case .text: bind(bytes, cell.byteRange, index)
            }
        }
    }

    /// Runs a statement that gives no rows.
    func run() throws {
        defer { sqlite3_reset(handle) }
        guard sqlite3_step(handle) == SQLITE_DONE else { throw failure() }
    }

    /// Runs a statement and reads its first row; nil where it gives none.
    func first<Result>(_ read: (RowStatement) -> Result) throws -> Result? {
        defer { sqlite3_reset(handle) }
        switch sqlite3_step(handle) {
        case SQLITE_ROW: return read(self)
        case SQLITE_DONE: return nil
        default: throw failure()
        }
    }

    /// A column of the row that is being read.
    func integer(_ column: Int) -> Int64 { sqlite3_column_int64(handle, Int32(column)) }

    func text(_ column: Int) -> String? {
        sqlite3_column_text(handle, Int32(column)).map { String(cString: $0) }
    }

    /// An empty text has no address of its own, and a null pointer would bind NULL.
    private func bind(_ bytes: UnsafeBufferPointer<UInt8>, _ range: Range<Int>, _ index: Int) {
        guard !range.isEmpty, let base = bytes.baseAddress else { return bindEmpty(index) }
        let text = UnsafeRawPointer(base + range.lowerBound).assumingMemoryBound(to: CChar.self)
        sqlite3_bind_text(handle, Int32(index), text, Int32(range.count), nil)
    }

    private func bind(copying bytes: UnsafeBufferPointer<UInt8>, _ index: Int) {
        guard let base = bytes.baseAddress, !bytes.isEmpty else { return bindEmpty(index) }
        let text = UnsafeRawPointer(base).assumingMemoryBound(to: CChar.self)
        // SQLITE_TRANSIENT, a cast that Swift does not import: SQLite copies the bytes before it returns.
        let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        sqlite3_bind_text(handle, Int32(index), text, Int32(bytes.count), transient)
    }

    private func bindEmpty(_ index: Int) {
        let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        sqlite3_bind_text(handle, Int32(index), "", 0, transient)
    }

    private func failure() -> DatabaseError {
        DatabaseError(
            resultCode: ResultCode(rawValue: sqlite3_extended_errcode(connection)),
            message: sqlite3_errmsg(connection).map { String(cString: $0) }
        )
    }
}
