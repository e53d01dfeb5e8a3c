import Extractor
import Loader
import Model

/// Whether a connection can be loaded: the destination's rights, and whether its schema is free.
enum DestinationCheck {
    static func findings(
        _ definition: ConnectionDefinition,
        place: String,
        _ opening: DestinationOpening
    ) async -> [CheckFinding] {
        var findings: [CheckFinding] = []
        var step = ("destination", place)
        do {
            let destination = try opening.open(for: definition)
            do {
                try await destination.check(definition.schema)
                findings.append(
                    CheckFinding("destination", on: place, .ok, "tables can be made, filled and dropped again")
                )
                step = ("schema", definition.schema.rawValue)
                let owner = SchemaOwner(connection: definition.key, source: definition.source)
                findings += Self.findings(try await destination.standing(of: definition.schema, for: owner), definition)
            } catch {
                findings.append(CheckFinding(step.0, on: step.1, error))
            }
            await destination.close()
        } catch {
            findings.append(CheckFinding(step.0, on: step.1, error))
        }
        return findings
    }

    private static func findings(_ standing: SchemaStanding, _ definition: ConnectionDefinition) -> [CheckFinding] {
        let verdict =
            switch standing.content {
            case .absent: "free: it is made with the first load"
            case .empty: "free: it is empty"
            case .own(let tables): "this connection's, \(tables) tables"
            }
        let schema = definition.schema.rawValue
        guard let readers = standing.readers else { return [CheckFinding("schema", on: schema, .ok, verdict)] }
        let reading =
            readers.isEmpty
            ? "none by default privileges; docs/setup.md has the statements" : readers.joined(separator: ", ")
        return [CheckFinding("schema", on: schema, .ok, verdict), CheckFinding("readers", on: schema, .ok, reading)]
    }
}
