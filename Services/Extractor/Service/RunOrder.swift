package import Model

/// A run that is to begin now.
package struct RunOrder: Sendable {
    package var definition: ConnectionDefinition
    package var trigger: ExtractionReport.Trigger
    /// The slot of the grid that it is for; nil for a run outside of the grid.
    package var slot: Timestamp?
    /// Slots before this one for which there was no run.
    package var skipped = 0
    /// Until when walks with a request per ticket may go on: the next slot.
    package var laneEnd: Timestamp?
    /// How long the parts of it took that were handed over.
    package var spent = Duration.zero
}

/// Why a run is asked to end at its next page.
package enum RunEnding: Hashable, Sendable {
    /// Its partition goes to another process, or this one ends.
    case handedOver
    /// Its definition was changed.
    case redefined
    /// Others wait for its place.
    case yields
    /// Its connection was deleted.
    case deleted
    /// Somebody asked for it.
    case stopped

    /// What the streams' reports say of it; nil where it is not taken up again.
    var reason: String? {
        switch self {
        case .handedOver: "continues: the connection goes to another process, which goes on from here"
        case .redefined: "continues: the run goes on from here at once, as the connection is now"
        case .yields: "continues: others wait for their turn; the run goes on from here when it is its own again"
        case .deleted, .stopped: nil
        }
    }

    /// True where the run is taken up again at once by whoever has the connection then.
    package var goesOn: Bool {
        switch self {
        case .handedOver, .redefined, .yields: true
        case .deleted, .stopped: false
        }
    }
}
