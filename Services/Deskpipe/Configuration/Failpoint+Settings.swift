import Destinations
import Extractor
import Failpoints
import Model
import Transports

extension Failpoint {
    /// Takes up `DESKPIPE_FAILPOINT`, where nothing of the configuration is on another machine.
    /// - Throws: ``FailpointError``; what the settings themselves are refused for.
    static func arm(from environment: [String: String], on settings: Settings) throws {
        guard let text = environment["DESKPIPE_FAILPOINT"], !text.isEmpty else { return }
        let allowsRemote = environment["DESKPIPE_FAILPOINTS_ALLOWED"] == "1"
        let plan = try FailpointPlan(parsing: text, allowsRemote: allowsRemote)
        if !allowsRemote, let remote = try remote(settings) { throw FailpointError.notLoopback(remote) }
        arm(plan)
    }

    /// Something of the configuration that is not on this machine. What the log brings is looked at when it is used.
    private static func remote(_ settings: Settings) throws -> String? {
        if case .kafka(let brokers) = try TransportURL(parsing: settings.transport),
            let broker = brokers.first(where: { !KafkaSettings.isLoopback($0) })
        {
            return "broker \(broker)"
        }
        for connection in settings.connections {
            let address = try ZendeskAddress(connection.definition)
            if !address.isLoopback { return address.host }
        }
        for (name, destination) in settings.destinations.sorted(by: { $0.key < $1.key }) {
            if !DestinationSettings(url: destination.url).isLocal { return "the database of `destinations.\(name)`" }
        }
        let isNamed = settings.destinations[settings.destination] != nil
        let isLocal = isNamed || DestinationSettings(url: settings.destination).isLocal
        return isLocal ? nil : "the database of `destination`"
    }
}
