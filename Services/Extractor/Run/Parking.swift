import Crypto
import Foundation
package import Model

/// Which parked streams are tried again, and what is kept of one that Zendesk refuses.
package struct ParkingRule: Sendable {
    private static let week = Duration.seconds(7 * 24 * 3600)

    private var trigger: ExtractionReport.Trigger
    /// Tells the connection's definition from others.
    private let definition: String

    package init(_ definition: ConnectionDefinition, _ trigger: ExtractionReport.Trigger) throws {
        self.trigger = trigger
        self.definition = SHA256.hash(data: try WireJSON.bytes(of: definition)).prefix(16).hexadecimal
    }

    /// True for a stream that is not parked, and for one that may work by now: weekly, in a run that a person asked for,
    /// and after the connection was changed.
    package func isTried(_ parking: ConnectionState.Parking?, now: Timestamp) -> Bool {
        guard let parking, trigger == .schedule, parking.definition == definition else { return true }
        return now - parking.triedAt >= Self.week
    }

    /// The same for what a run reads again at a slot, whoever asked for the run.
    var atSlots: ParkingRule {
        var rule = self
        rule.trigger = .schedule
        return rule
    }

    /// What is kept after a refusal.
    package func parking(
        after before: ConnectionState.Parking?,
        _ refusal: ExtractorError,
        now: Timestamp
    ) -> ConnectionState.Parking {
        ConnectionState.Parking(
            reason: refusal.message,
            hint: refusal.hint,
            since: before?.since ?? now,
            triedAt: now,
            definition: definition
        )
    }
}
