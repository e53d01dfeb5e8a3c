import Console
import Hummingbird
import Model

/// What the parts of an address name.
extension ConsoleContext {
    func connection() throws(Refusal) -> ConnectionKey {
        guard let tenant = TenantID(rawValue: try path("tenant")),
            let connection = ConnectionID(rawValue: try path("connection"))
        else { throw .notFound }
        return ConnectionKey(tenant: tenant, connection: connection)
    }

    /// A run's name, as far as one can look so.
    func run() throws(Refusal) -> RunID {
        let text = try path("run")
        guard (1...40).contains(text.utf8.count), text.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber) }) else {
            throw .notFound
        }
        return RunID(rawValue: text)
    }

    func requireOperator() throws(Refusal) {
        guard isOperator else { throw .operatorNeeded }
    }
}

extension Request {
    /// The fields of the address's query.
    /// - Throws: ``Refusal/notFound`` where it is none.
    func query() throws(Refusal) -> FormFields {
        guard let fields = FormFields(uri.query ?? "") else { throw .notFound }
        return fields
    }
}

extension FormFields {
    /// The day that is asked for; nil for none.
    /// - Throws: ``Refusal/notFound`` for what is no day.
    func day() throws(Refusal) -> Day? {
        guard let text = self["day"] else { return nil }
        guard let day = Day(text) else { throw .notFound }
        return day
    }

    /// The tenant that is asked for; nil for all.
    /// - Throws: ``Refusal/notFound`` for what is no tenant.
    func tenant() throws(Refusal) -> TenantID? {
        guard let text = self["tenant"] else { return nil }
        guard let tenant = TenantID(rawValue: text) else { throw .notFound }
        return tenant
    }

    /// Which connections are asked for.
    /// - Throws: ``Refusal/notFound`` for what is no tenant, or no id of a connection.
    func filter() throws(Refusal) -> ConnectionFilter {
        let connection = self["connection"]
        if let connection, ConnectionID(rawValue: connection) == nil { throw .notFound }
        return ConnectionFilter(tenant: try tenant()?.rawValue, connection: connection)
    }
}

extension ConnectionFilter {
    /// - Parameter tenant: nil for all.
    init(_ tenant: TenantID?) {
        self.init(tenant: tenant?.rawValue)
    }
}
