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

    /// A board whose alerts of now are found in it.
    /// - Parameter alerts: those that are known of before.
    package init(
        _ board: Board,
        settings: BoardSettings = BoardSettings(),
        alerts former: AlertBook = AlertBook(),
        at now: Timestamp
    ) {
        var alerts = former
        alerts.take(AlertRules(settings).findings(in: board, at: now) + former.ownFindings, at: now)
        self.init(board: board, alerts: alerts, settings: settings, version: 0)
    }
}
