// swift-tools-version: 6.2
import PackageDescription

// The parts of the product that read what others wrote, compiled from the product's own files through the links beside
// this file, with what a fuzzer needs to see where an input leads. The package has the product's name because `package`
// access reaches no further.
//
// Of a target only what is fuzzed is compiled: no HTTP, no database but libpq, so that the whole is built in a minute or
// two. `-assert-config Debug` keeps the checks of the standard library's unsafe pointers, which a release build drops.
let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .unsafeFlags([
        "-sanitize=address,fuzzer", "-enable-testing", "-enforce-exclusivity=checked",
        "-assert-config", "Debug",
    ]),
]

func part(
    _ name: String,
    in path: String,
    _ dependencies: [Target.Dependency],
    sources: [String]? = nil,
    exclude: [String] = []
) -> Target {
    .target(
        name: name,
        dependencies: dependencies,
        path: path,
        exclude: exclude,
        sources: sources,
        swiftSettings: strict
    )
}

let package = Package(
    name: "deskpipe",
    dependencies: [.package(url: "https://github.com/jpsim/Yams", from: "6.2.2")],
    targets: [
        .systemLibrary(name: "CLibFuzzer", path: "CLibFuzzer"),
        .systemLibrary(
            name: "CLibpq",
            path: "Shared/CLibpq",
            pkgConfig: "libpq",
            providers: [.apt(["libpq-dev"])]
        ),
        // Stands in for swift-crypto, whose C library takes longer to compile than all else together. It is no part of
        // what is fuzzed, so nothing is counted in it.
        .target(name: "Crypto", path: "Crypto"),
        part("Model", in: "Shared/Model", []),
        part("JSONScan", in: "Shared/JSONScan", []),
        part("Catalog", in: "Shared/Catalog", ["Model"]),
        part("Messaging", in: "Shared/Messaging", ["Model", "JSONScan"]),
        part("LibPQ", in: "Shared/LibPQ", ["CLibpq"]),
        part(
            "Transports",
            in: "Shared/Transports",
            ["Model"],
            sources: ["Kafka/KafkaSettings.swift", "Kafka/KafkaOptionRule.swift", "TransportURL.swift"]
        ),
        part(
            "ServiceRuntime",
            in: "Shared/ServiceRuntime",
            ["Model"],
            sources: ["Health/ListenAddress.swift", "SecretResolver.swift", "SystemClock.swift"]
        ),
        part(
            "Extractor",
            in: "Services/Extractor",
            ["Model", "Catalog"],
            sources: [
                "Limits/RateBudget.swift", "Limits/RecentRequests.swift", "Limits/RetryAfter.swift",
                "Zendesk/ZendeskResponse.swift",
            ]
        ),
        part(
            "Loader",
            in: "Services/Loader",
            ["Model", "JSONScan", "Messaging", "Crypto"],
            sources: [
                "Batching", "Contract", "Mapping", "Planning", "Routing", "Schema", "Service/LoaderError.swift",
            ]
        ),
        part(
            "Destinations",
            in: "Services/Loader/Destinations",
            ["Loader", "Model", "LibPQ"],
            sources: [
                "DestinationSettings.swift", "PostgreSQL/CopyEncoder.swift", "PostgreSQL/CopyWriter.swift",
                "PostgreSQL/DecimalDigits.swift",
                "PostgreSQL/PostgreSQLSettings.swift", "RowLayout.swift", "SQLIdentifier.swift",
            ]
        ),
        part(
            "Console",
            in: "Services/Console",
            ["Model"],
            sources: [
                "Setup/ConnectionYAML.swift", "Setup/ScheduleExplanation.swift", "Setup/SetupField.swift",
                "Setup/SetupWay.swift", "Setup/YAMLText.swift", "Webhooks/WebhookError.swift",
                "Webhooks/WebhookSettings.swift", "Webhooks/WebhookURL.swift",
            ]
        ),
        part(
            "ConsoleWeb",
            in: "Services/Console/Web",
            ["Model", "Crypto"],
            sources: ["Security/AccessToken.swift", "Server/ConsoleRole.swift"]
        ),
        part(
            "Deskpipe",
            in: "Services/Deskpipe/Configuration",
            [
                "Catalog", "Console", "ConsoleWeb", "Messaging", "Model", "ServiceRuntime", "Transports",
                .product(name: "Yams", package: "Yams"),
            ],
            exclude: ["Failpoint+Settings.swift"]
        ),
        .executableTarget(
            name: "Fuzz",
            dependencies: [
                "CLibFuzzer", "Catalog", "Console", "ConsoleWeb", "Deskpipe", "Destinations", "Extractor", "JSONScan",
                "LibPQ",
                "Loader", "Messaging", "Model", "ServiceRuntime", "Transports",
                .product(name: "Yams", package: "Yams"),
            ],
            path: "Fuzz",
            swiftSettings: strict,
            linkerSettings: [.unsafeFlags(["-sanitize=address"])]
        ),
    ],
    swiftLanguageModes: [.v6]
)
