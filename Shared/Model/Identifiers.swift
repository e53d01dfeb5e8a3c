/// A customer of this installation: `[a-z0-9-]{1,40}`. All of a tenant's messages share one partition.
package struct TenantID: Hashable, Sendable, RawRepresentable, Comparable, CustomStringConvertible {
    package let rawValue: String

    package init?(rawValue: String) {
        guard isIdentifier(rawValue) else { return nil }
        self.rawValue = rawValue
    }

    package var description: String { rawValue }
    package static func < (left: TenantID, right: TenantID) -> Bool { left.rawValue < right.rawValue }
}

/// One connection of a tenant to one Zendesk product: `[a-z0-9-]{1,40}`.
package struct ConnectionID: Hashable, Sendable, RawRepresentable, Comparable, CustomStringConvertible {
    package let rawValue: String

    package init?(rawValue: String) {
        guard isIdentifier(rawValue) else { return nil }
        self.rawValue = rawValue
    }

    package var description: String { rawValue }
    package static func < (left: ConnectionID, right: ConnectionID) -> Bool { left.rawValue < right.rawValue }
}

/// What names a connection everywhere: `tenant/connection`.
package struct ConnectionKey: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let tenant: TenantID
    package let connection: ConnectionID

    package init(tenant: TenantID, connection: ConnectionID) {
        self.tenant = tenant
        self.connection = connection
    }

    package var description: String { "\(tenant.rawValue)/\(connection.rawValue)" }

    package static func < (left: ConnectionKey, right: ConnectionKey) -> Bool {
        (left.tenant, left.connection) < (right.tenant, right.connection)
    }
}

/// The name of a stream, and of its table: `tickets`.
package struct StreamName: Hashable, Sendable, RawRepresentable, Comparable, CustomStringConvertible,
    ExpressibleByStringLiteral
{
    package let rawValue: String

    package init(rawValue: String) {
        self.rawValue = rawValue
    }

    package init(stringLiteral value: String) {
        self.rawValue = value
    }

    package var description: String { rawValue }
    package static func < (left: StreamName, right: StreamName) -> Bool { left.rawValue < right.rawValue }
}

/// The Zendesk product that a connection reads.
package enum Source: String, Hashable, Sendable, Codable, CaseIterable {
    case support = "zendesk-support"
    case chat = "zendesk-chat"
}

extension TenantID {
    /// What an id of a tenant or a connection is, in words that follow "must be".
    package static let rule = "1 to 40 of a-z, 0-9 and -"
}

private func isIdentifier(_ text: String) -> Bool {
    (1...40).contains(text.utf8.count)
        && text.utf8.allSatisfy { byte in
            (0x61...0x7a).contains(byte) || (0x30...0x39).contains(byte) || byte == UInt8(ascii: "-")
        }
}

extension TenantID: Codable {}
extension ConnectionID: Codable {}
extension StreamName: Codable, CodingKeyRepresentable {}
