import CLibpq

/// A `postgresql://` URL as libpq reads it.
package enum PQURL {
    /// The connection parameters that the URL gives, by libpq's names; nil when libpq cannot read it.
    /// Source: https://www.postgresql.org/docs/15/libpq-connect.html#id-1.7.3.8.3.6
    package static func parameters(of url: String) -> [String: String]? {
        var message: UnsafeMutablePointer<CChar>?
        let options = PQconninfoParse(url, &message)
        // The text can repeat the URL, and with it a password: it is not passed on.
        if let message { PQfreemem(message) }
        guard let options else { return nil }
        defer { PQconninfoFree(options) }
        var parameters: [String: String] = [:]
        var option = options
        while let keyword = option.pointee.keyword {
            if let value = option.pointee.val { parameters[String(cString: keyword)] = String(cString: value) }
            option += 1
        }
        return parameters
    }
}
