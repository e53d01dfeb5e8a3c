import GRDBSQLite

/// Owns an SQLite connection that is used through the C interface alone.
final class RawSQLite {
    fileprivate let handle: OpaquePointer

    init(_ path: String) throws {
        var opened: OpaquePointer?
        let code = sqlite3_open_v2(path, &opened, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nil)
        guard code == SQLITE_OK, let opened else {
            sqlite3_close_v2(opened)
            throw BenchError("cannot open \(path) (SQLite \(code))")
        }
        handle = opened
    }

    deinit { sqlite3_close_v2(handle) }

    func execute(_ sql: String) throws {
        guard sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK else { throw failure() }
    }

    fileprivate func failure() -> BenchError {
        BenchError("SQLite: \(sqlite3_errmsg(handle).map { String(cString: $0) } ?? "")")
    }
}

/// A value as SQLite stores it.
enum RawValue: Sendable {
    case null
    case integer(Int64)
    case real(Double)
    case text([UInt8])
}

/// Owns a prepared statement.
final class RawStatement {
    private let database: RawSQLite
    private let handle: OpaquePointer

    init(_ sql: String, _ database: RawSQLite) throws {
        var prepared: OpaquePointer?
        guard sqlite3_prepare_v2(database.handle, sql, -1, &prepared, nil) == SQLITE_OK, let prepared else {
            throw database.failure()
        }
        self.database = database
        handle = prepared
    }

    deinit { sqlite3_finalize(handle) }

    func bind(_ value: Int64, _ index: Int32) { sqlite3_bind_int64(handle, index, value) }

    /// Binds without a copy: the bytes must stay until the step is done.
    func bind(blob bytes: UnsafeRawBufferPointer, _ index: Int32) {
        sqlite3_bind_blob64(handle, index, bytes.baseAddress, UInt64(bytes.count), nil)
    }

    /// Binds a row and runs the statement.
    func insert(_ row: [RawValue]) throws { try insert(row[...], 1) }

    /// Binds one value after another, each within the scope of the ones before, so that no text is copied.
    private func insert(_ rest: ArraySlice<RawValue>, _ index: Int32) throws {
        var index = index
        var rest = rest
        while let value = rest.popFirst() {
            switch value {
            case .null: sqlite3_bind_null(handle, index)
            case .integer(let value): sqlite3_bind_int64(handle, index, value)
            case .real(let value): sqlite3_bind_double(handle, index, value)
            case .text(let bytes):
                return try bytes.withUnsafeBytes { bytes in
                    let text = bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
                    sqlite3_bind_text64(handle, index, text, UInt64(bytes.count), nil, UInt8(SQLITE_UTF8))
                    try insert(rest, index + 1)
                }
            }
            index += 1
        }
        try run()
    }

    /// Runs a statement that gives no rows.
    func run() throws {
        defer { sqlite3_reset(handle) }
        guard sqlite3_step(handle) == SQLITE_DONE else { throw database.failure() }
    }

    /// Runs a statement and has each row read that it gives.
    func read(_ body: (RawStatement) throws -> Void) throws {
        defer { sqlite3_reset(handle) }
        while true {
            switch sqlite3_step(handle) {
            case SQLITE_ROW: try body(self)
            case SQLITE_DONE: return
            default: throw database.failure()
            }
        }
    }

    /// The columns of the row that is being read.
    var row: [RawValue] {
        (0..<sqlite3_column_count(handle)).map { column in
            switch sqlite3_column_type(handle, column) {
            case SQLITE_NULL: .null
            case SQLITE_INTEGER: .integer(sqlite3_column_int64(handle, column))
            case SQLITE_FLOAT: .real(sqlite3_column_double(handle, column))
            default: .text(Array(blob(column)))
            }
        }
    }

    func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(handle, column) }

    /// The bytes of a blob or text of the row that is being read; valid until the next row.
    func blob(_ column: Int32) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(
            start: sqlite3_column_blob(handle, column),
            count: Int(sqlite3_column_bytes(handle, column))
        )
    }
}
