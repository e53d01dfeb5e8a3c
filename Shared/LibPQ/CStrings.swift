/// Strings with a NUL behind each, for calls that take an array of C strings.
struct CStrings {
    private var bytes: [CChar] = []
    /// Where each string begins; nil for a null pointer.
    private var starts: [Int?] = []

    /// - Throws: when a string holds NUL, which a C string cannot.
    init(_ strings: [String?]) throws(PQError) {
        for string in strings {
            guard let string else {
                starts.append(nil)
                continue
            }
            guard !string.utf8.contains(0) else {
                throw PQError(
                    sqlState: "22021",
                    text: "NUL in a parameter",
                    call: "PQexecParams",
                    isConnectionLost: false
                )
            }
            starts.append(bytes.count)
            for byte in string.utf8 { bytes.append(CChar(bitPattern: byte)) }
            bytes.append(0)
        }
    }

    func withPointers<Result>(_ body: (UnsafePointer<UnsafePointer<CChar>?>?) -> Result) -> Result {
        bytes.withUnsafeBufferPointer { bytes in
            let pointers = starts.map { start in start.flatMap { bytes.baseAddress?.advanced(by: $0) } }
            return pointers.withUnsafeBufferPointer { body($0.baseAddress) }
        }
    }
}
