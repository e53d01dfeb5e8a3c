import Foundation
import Testing

/// The log and the database that a scenario runs on.
struct Setting: Hashable, Sendable, CustomTestStringConvertible {
    enum Log: String, Sendable, CaseIterable {
        case embedded
        case kafka
    }

    enum Store: String, Sendable, CaseIterable {
        case sqlite
        case postgresql
        /// Has scenarios of its own.
        case files

        var title: String {
            switch self {
            case .sqlite: "SQLite"
            case .postgresql: "PostgreSQL"
            case .files: "files"
            }
        }
    }

    var log: Log
    var store: Store

    var testDescription: String {
        let kafka = Self.kafkaServers == nil ? "mock broker" : "Kafka"
        return "\(log == .kafka ? kafka : "embedded log"), \(store.title)"
    }

    /// All databases and logs that this machine offers.
    static let all = Log.allCases.flatMap { log in on(log) }

    /// One machine that loads into files.
    static let files = Setting(log: .embedded, store: .files)

    /// Those with this log.
    static func on(_ log: Log) -> [Setting] { stores.map { Setting(log: log, store: $0) } }

    static let stores: [Store] = postgresURL == nil ? [.sqlite] : [.sqlite, .postgresql]

    /// `postgresql://postgres@127.0.0.1:PORT/postgres`, a server that tests may make roles and databases in.
    static let postgresURL = variable("DESKPIPE_TEST_POSTGRES")

    /// `host:port,...` of a real Kafka.
    static let kafkaServers = variable("KAFKA_BOOTSTRAP_SERVERS")

    /// Copies of each partition: three where there are as many brokers.
    static let replication = kafkaBrokers < 3 ? 1 : 3

    /// Brokers of the real Kafka; 1 for the mock.
    static let kafkaBrokers = kafkaServers?.split(separator: ",").count ?? 1

    /// How many times as long as usual the scenarios with random moments run.
    static let scale = max(1, variable("DESKPIPE_TEST_SCALE").flatMap { Int($0) } ?? 1)

    private static func variable(_ name: String) -> String? {
        ProcessInfo.processInfo.environment[name].flatMap { $0.isEmpty ? nil : $0 }
    }
}
