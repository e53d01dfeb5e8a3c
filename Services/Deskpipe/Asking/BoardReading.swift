import Console
import Messaging
import Model
import ServiceRuntime

/// Reads what the console shows, out of the same topics, beside whatever runs.
enum BoardReading {
    /// Runs a body with the board as the topics have it now, and the feed that read it.
    static func withBoard<Result>(
        _ options: CommonOptions,
        _ body: (BoardFeed, Settings) async throws -> Result
    ) async throws -> Result {
        let settings = try options.settings()
        let logger = options.logger("deskpipe.command")
        let transport = try TransportOpening.openForReading(settings, logger: logger)
        return try await transport.whileOpen {
            let feed = BoardFeed(
                transport: transport,
                namespace: settings.namespace,
                settings: settings.boardSettings,
                clock: SystemClock(),
                logger: logger
            )
            try await feed.readOn()
            return try await body(feed, settings)
        }
    }
}

extension Settings {
    /// What the console's board is told, so that its alerts are the same on the command line.
    var boardSettings: BoardSettings {
        var board = BoardSettings(rowLimit: console.rowLimit)
        if let share = console.rejectedShare { board.rejectedShare = share }
        return board
    }
}
