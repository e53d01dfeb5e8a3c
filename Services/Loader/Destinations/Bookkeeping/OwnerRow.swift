import Loader
import Model

/// The row of `_deskpipe_owner`.
struct OwnerRow: Hashable {
    var tenant: String
    var connection: String
    var source: String
    var format: Int

    /// True when the bookkeeping is as this version makes it.
    /// - Parameter relations: what the schema holds.
    func isCurrent(with relations: Set<String>) -> Bool {
        format == BookkeepingTable.format && relations.isSuperset(of: BookkeepingTable.allCases.map(\.rawValue))
    }

    /// Decides whether a schema may be loaded into.
    /// - Parameters:
    ///   - held: the schema's owner; nil where it has none.
    ///   - hasTables: whether the schema holds anything, which without an owner is not ours.
    static func check(
        _ held: OwnerRow?,
        schema: SchemaName,
        owner: SchemaOwner,
        hasTables: Bool
    ) throws(DestinationError) {
        guard let held else {
            guard hasTables else { return }
            throw .ownedByOther(schema: schema, owner: "someone else: it holds tables that Deskpipe did not make")
        }
        guard held.format <= BookkeepingTable.format else { throw .newerFormat(schema: schema, format: held.format) }
        let wanted = owner.connection
        guard held.tenant == wanted.tenant.rawValue, held.connection == wanted.connection.rawValue,
            held.source == owner.source.rawValue
        else {
            throw .ownedByOther(schema: schema, owner: "\(held.tenant)/\(held.connection) (\(held.source))")
        }
    }
}
