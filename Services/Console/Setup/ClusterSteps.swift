package import Model

/// What who owns a cluster does to make a connection there, where no secret is taken: ready to be copied.
package struct ClusterSteps: Hashable, Sendable {
    /// The entry of `connections`.
    package let yaml: String
    /// The Secret's manifest, with the keys that are to be filled in; nil where none of the secrets is a mounted file.
    package let secret: String?
    /// The login to be done after; nil where the way in needs none.
    package let login: String?

    /// - Parameter place: where extractors see their secrets.
    package init(_ definition: ConnectionDefinition, place: SecretPlace) {
        yaml = "connections:\n" + ConnectionYAML(definition, isCommented: false).text
        let fields: [SetupField] = SetupWay.way(definition.auth.type, for: definition.source).fields
        let mounted = fields.filter { field in
            field.isSecret && definition.auth.reference(field) == .file(place.path(of: field, definition.key))
        }
        secret = mounted.isEmpty ? nil : Self.manifest(mounted, definition.key)
        login =
            definition.auth.type == .oauthRefresh
            ? "deskpipe login --tenant \(definition.tenant) --connection \(definition.id)" : nil
    }

    private static func manifest(_ fields: [SetupField], _ key: ConnectionKey) -> String {
        """
        # Beside the keys that it has: kubectl patch secret \(name) --type merge --patch-file FILE
        apiVersion: v1
        kind: Secret
        metadata: { name: \(name) }
        stringData:

        """
            + fields.map { "  \(SecretPlace.fileName(of: $0, key)): \"\"    # \($0.title)\n" }.joined()
    }

    /// The Secret that extractors mount.
    private static let name = "deskpipe-zendesk"
}
