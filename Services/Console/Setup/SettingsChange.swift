import Catalog
package import Model

/// What changes between two definitions of a connection, in words, and what should be read again for it. Pure.
package struct SettingsChange: Hashable, Sendable {
    /// A setting before and after.
    package struct Difference: Hashable, Sendable {
        /// The setting's name for people.
        package let setting: String
        package let before: String
        package let after: String
        /// What follows from it.
        package let effect: String
    }

    /// A `reset` that brings what the change alone does not; a person is asked.
    package struct Reread: Hashable, Sendable {
        /// Nil: all that the connection reads.
        package let stream: StreamName?
        package let from: Timestamp
        /// What it reads, in words.
        package let meaning: String
    }

    package private(set) var differences: [Difference] = []
    package private(set) var rereads: [Reread] = []

    package var isEmpty: Bool { differences.isEmpty }

    package init(from before: ConnectionDefinition, to after: ConnectionDefinition) {
        compareSchedule(before, after)
        compareStartDate(before, after)
        compareStreams(before, after)
        compareColumns(before, after)
        compareWay(before, after)
        compareOthers(before, after)
    }

    private mutating func compareSchedule(_ before: ConnectionDefinition, _ after: ConnectionDefinition) {
        guard before.schedule != after.schedule else { return }
        differences.append(
            Difference(
                setting: "Frequency",
                before: ScheduleExplanation.words(before.schedule),
                after: ScheduleExplanation.words(after.schedule),
                effect: "holds from the next start on; a run under way goes on"
            )
        )
    }

    private mutating func compareStartDate(_ before: ConnectionDefinition, _ after: ConnectionDefinition) {
        guard before.startDate != after.startDate else { return }
        let isEarlier = after.startDate < before.startDate
        let day = StartDate.text(after.startDate)
        differences.append(
            Difference(
                setting: "Start date",
                before: StartDate.text(before.startDate),
                after: day,
                effect: isEarlier
                    ? "older records come only when the streams are read again"
                    : "nothing is removed: rows from before \(day) stay; streams not read yet begin there"
            )
        )
        guard isEarlier else { return }
        rereads.append(
            Reread(
                stream: nil,
                from: after.startDate,
                meaning:
                    "every selected stream is read again from \(day) on; each row that comes counts as replicated, "
                    + "and the first run takes as long as a first history does"
            )
        )
    }

    private mutating func compareStreams(_ before: ConnectionDefinition, _ after: ConnectionDefinition) {
        let (old, new) = (Self.streams(before), Self.streams(after))
        guard old != new else { return }
        let added = Self.inOrder(new.subtracting(old), after.source)
        let left = Self.inOrder(old.subtracting(new), after.source)
        var effects: [String] = []
        if !added.isEmpty {
            let start = StartDate.text(after.startDate)
            effects.append("\(Self.list(added)): read from the next run on, from \(start) where not read before")
        }
        if !left.isEmpty { effects.append("\(Self.list(left)): not read any more; tables and rows stay") }
        differences.append(
            Difference(
                setting: "Streams",
                before: Self.list(Self.inOrder(old, before.source)),
                after: Self.list(Self.inOrder(new, after.source)),
                effect: effects.joined(separator: ". ")
            )
        )
    }

    private mutating func compareColumns(_ before: ConnectionDefinition, _ after: ConnectionDefinition) {
        let names = Set(before.excludedColumns.keys).union(after.excludedColumns.keys)
        for name in Self.inOrder(names, after.source) {
            let (old, new) = (before.excludedColumns[name] ?? [], after.excludedColumns[name] ?? [])
            let cut = new.filter { !old.contains($0) }
            let back = old.filter { !new.contains($0) }
            guard !cut.isEmpty || !back.isEmpty else { continue }
            var effects: [String] = []
            if !cut.isEmpty {
                effects.append("\(cut.joined(separator: ", ")): cut out from the next run on; loaded rows keep theirs")
            }
            if !back.isEmpty {
                effects.append("\(back.joined(separator: ", ")): comes with records that change from now on")
            }
            differences.append(
                Difference(
                    setting: "Columns left out of \(name)",
                    before: old.isEmpty ? "none" : old.joined(separator: ", "),
                    after: new.isEmpty ? "none" : new.joined(separator: ", "),
                    effect: effects.joined(separator: ". ")
                )
            )
            guard !back.isEmpty, Self.streams(after).contains(name) else { continue }
            rereads.append(
                Reread(
                    stream: name,
                    from: after.startDate,
                    meaning: "\(name) is read again from \(StartDate.text(after.startDate)) on, so that all its rows "
                        + "have \(back.joined(separator: ", "))"
                )
            )
        }
    }

    private mutating func compareWay(_ before: ConnectionDefinition, _ after: ConnectionDefinition) {
        guard before.auth != after.auth else { return }
        let needsLogin = after.auth.type == .oauthRefresh && before.auth.type != .oauthRefresh
        differences.append(
            Difference(
                setting: "Way in",
                before: Self.words(before.auth, before.source),
                after: Self.words(after.auth, after.source),
                effect: needsLogin ? "an admin must sign in before the next run" : "used from the next run on"
            )
        )
    }

    /// What no form asks, and a file may have.
    private mutating func compareOthers(_ before: ConnectionDefinition, _ after: ConnectionDefinition) {
        let shares = [before, after].map { "\(Int(($0.rateShare * 100).rounded()))%" }
        let others = [
            ("Share of the request budget", shares[0], shares[1]),
            ("Destination", before.destination ?? "usual", after.destination ?? "usual"),
            ("Audits", (before.audits ?? .exact).rawValue, (after.audits ?? .exact).rawValue),
        ]
        for (setting, old, new) in others where old != new {
            differences.append(
                Difference(setting: setting, before: old, after: new, effect: "holds from the next run on")
            )
        }
    }

    /// The way and where its secrets are, never one itself.
    private static func words(_ auth: Authentication, _ source: Source) -> String {
        let title = SetupWay.way(auth.type, for: source).title
        let places: [String?] =
            switch auth {
            case .oauthClientCredentials(let id, let secret): [id.description, secret.description]
            case .oauthRefresh(let id, let secret): [id.description, secret?.description]
            case .oauthToken(let token): [token.description]
            case .apiToken(let email, let token): [email, token.description]
            }
        return "\(title) (\(places.compactMap(\.self).joined(separator: ", ")))"
    }

    private static func streams(_ definition: ConnectionDefinition) -> Set<StreamName> {
        // A selection of another version's streams is shown as none.
        let selected = try? Catalog.streams(of: definition.source, selectedBy: definition.streams)
        return Set((selected ?? []).map(\.name))
    }

    private static func inOrder(_ names: Set<StreamName>, _ source: Source) -> [StreamName] {
        Catalog.streams(of: source).map(\.name).filter(names.contains)
    }

    private static func list(_ names: [StreamName]) -> String { names.map(\.rawValue).joined(separator: ", ") }
}
