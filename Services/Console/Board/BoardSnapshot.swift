package import Model

/// What is known at one moment: every view is made from it, and from the time.
package struct BoardSnapshot: Sendable {
    package var board: Board
    package var alerts: AlertBook
    package var settings: BoardSettings
    /// Rises with each change that a viewer could see.
    package var version: Int

    package init(board: Board, alerts: AlertBook, settings: BoardSettings, version: Int) {
        self.board = board
        self.alerts = alerts
        self.settings = settings
        self.version = version
    }

    /// A board without alerts that were raised before: those of now are found in it.
    package init(_ board: Board, settings: BoardSettings = BoardSettings(), at now: Timestamp) {
        var alerts = AlertBook()
        alerts.take(AlertRules(settings).findings(in: board, at: now), at: now)
        self.init(board: board, alerts: alerts, settings: settings, version: 0)
    }
}
