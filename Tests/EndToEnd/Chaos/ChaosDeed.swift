/// What can be done in a chaos run.
enum ChaosDeed: CaseIterable {
    case change, command, kill, freeze, weather, cut, zendesk, database, broker, disk, clock, commit, foreign

    /// How often beside the others.
    var weight: Int {
        switch self {
        case .change: 14
        case .command: 12
        case .kill: 12
        case .freeze: 3
        case .weather: 6
        case .cut: 3
        case .zendesk: 6
        case .database: 2
        case .broker: 2
        case .disk: 2
        case .clock: 2
        case .commit: 2
        case .foreign: 1
        }
    }
}
