// swift-tools-version: 6.2
import PackageDescription

// The product's own targets, compiled from the same files through the links beside this file. The package has the
// product's name because `package` access reaches no further.
let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

func library(
    _ name: String,
    in folder: String,
    exclude: [String] = [],
    _ dependencies: [Target.Dependency]
) -> Target {
    .target(
        name: name,
        dependencies: dependencies,
        path: "\(folder)/\(name)",
        exclude: exclude,
        swiftSettings: strict
    )
}

let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let metrics = Target.Dependency.product(name: "CoreMetrics", package: "swift-metrics")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let grdbSQLite = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")

let package = Package(
    name: "deskpipe",
    products: [
        .executable(name: "bench", targets: ["Bench"]),
        .executable(name: "hot-paths", targets: ["HotPaths"]),
        .executable(name: "mock-broker", targets: ["MockBroker"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    ],
    targets: [
        .systemLibrary(
            name: "CLibrdkafka",
            path: "Shared/CLibrdkafka",
            pkgConfig: "rdkafka",
            providers: [.apt(["librdkafka-dev"])]
        ),
        .systemLibrary(
            name: "CLibpq",
            path: "Shared/CLibpq",
            pkgConfig: "libpq",
            providers: [.apt(["libpq-dev"])]
        ),
        library("Model", in: "Shared", []),
        library("JSONScan", in: "Shared", []),
        library("Catalog", in: "Shared", ["Model"]),
        library("Failpoints", in: "Shared", ["Model"]),
        library("Messaging", in: "Shared", ["Model", "JSONScan"]),
        library("RDKafka", in: "Shared", ["CLibrdkafka"]),
        .systemLibrary(name: "CMalloc", path: "Shared/CMalloc"),
        .systemLibrary(
            name: "CZlib",
            path: "Shared/CZlib",
            pkgConfig: "zlib",
            providers: [.apt(["zlib1g-dev"])]
        ),
        library("LibPQ", in: "Shared", ["CLibpq"]),
        library(
            "Transports",
            in: "Shared",
            ["Failpoints", "Messaging", "Model", "RDKafka", grdb, grdbSQLite, logging]
        ),
        // Without the HTTP server, as below without the client.
        library(
            "ServiceRuntime",
            in: "Shared",
            exclude: ["Health/HealthProbe.swift", "Health/HealthRoutes.swift", "Health/HealthServer.swift"],
            ["CMalloc", "Model", logging, metrics]
        ),
        // From a page's bytes to messages; without the HTTP client, which takes longer to compile than all else.
        library(
            "Extractor",
            in: "Services",
            exclude: [
                "Check", "Credentials", "ExtractorError.swift", "Limits", "Paging/Dialects", "Paging/PagePlace.swift",
                "Paging/PageRequest.swift", "Paging/Paginator.swift", "Paging/Paginator+Request.swift",
                "Publishing/BookmarkStore.swift", "Publishing/Publisher.swift", "Reset", "Run", "Schedule", "Service",
                "Zendesk",
            ],
            ["Model", "JSONScan", "Catalog", "Messaging", crypto]
        ),
        library(
            "Loader",
            in: "Services",
            exclude: ["Destinations"],
            ["Model", "JSONScan", "Catalog", "Failpoints", "Messaging", "ServiceRuntime", crypto, logging]
        ),
        .target(
            name: "Destinations",
            dependencies: ["Failpoints", "Loader", "Model", "JSONScan", "LibPQ", "CZlib", grdb, grdbSQLite, logging],
            path: "Services/Loader/Destinations",
            swiftSettings: strict
        ),
        .executableTarget(
            name: "MockBroker",
            dependencies: ["CLibrdkafka"],
            path: "Tests/MockBroker",
            swiftSettings: strict
        ),
        // What both programs work on.
        .target(
            name: "Work",
            dependencies: ["Catalog", "Destinations", "Extractor", "LibPQ", "Loader", "Messaging", "Model"],
            path: "Work",
            swiftSettings: strict
        ),
        .executableTarget(
            name: "HotPaths",
            dependencies: ["Extractor", "Loader", "Messaging", "Work"],
            path: "HotPaths",
            swiftSettings: strict
        ),
        .executableTarget(
            name: "Bench",
            dependencies: [
                "CLibrdkafka", "Model", "JSONScan", "Catalog", "Messaging", "RDKafka", "Transports", "Extractor",
                "Loader", "Destinations", "LibPQ", "Work", grdbSQLite, logging,
            ],
            path: "Bench",
            swiftSettings: strict
        ),
    ],
    swiftLanguageModes: [.v6]
)
