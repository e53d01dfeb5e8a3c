package import Model

/// Where the secrets of connections are kept that are made here.
package enum SecretPlace: Hashable, Sendable {
    /// A directory of this machine: secrets are taken, and written there for this user alone.
    case directory(String)
    /// A directory of the extractors' machines: none is taken, who owns the cluster puts them there.
    case mounted(String)

    /// True where a person may give a secret itself.
    package var takesSecrets: Bool {
        if case .directory = self { true } else { false }
    }

    /// The file of a connection's secret. Keys hold no dots, so no two connections share one.
    package func path(of field: SetupField, _ key: ConnectionKey) -> String {
        let name = Self.fileName(of: field, key)
        return switch self {
        case .directory(let directory), .mounted(let directory): "\(directory)/\(name)"
        }
    }

    /// `acme.support.client-secret`
    package static func fileName(of field: SetupField, _ key: ConnectionKey) -> String {
        "\(key.tenant).\(key.connection).\(field.rawValue.replacing("_", with: "-"))"
    }
}

/// A secret that was given, and the file that the definition refers to.
package struct SecretFile: Hashable, Sendable {
    package let path: String
    package let secret: Secret
}
