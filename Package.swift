// swift-tools-version: 6.2
import PackageDescription

/// `make check` sets it: a warning in our code is an error there, and nowhere else.
let warningsAreErrors = Context.environment["DESKPIPE_TEST_WARNINGS_AS_ERRORS"] != nil

let strict: [SwiftSetting] =
    [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    ] + (warningsAreErrors ? [.treatAllWarnings(as: .error)] : [])

/// Optimized in debug builds too: what tests spend their time in.
let busy = strict + [.unsafeFlags(["-O"], .when(configuration: .debug))]

func library(
    _ name: String,
    in folder: String,
    exclude: [String] = [],
    settings: [SwiftSetting] = strict,
    _ dependencies: [Target.Dependency]
) -> Target {
    .target(
        name: name,
        dependencies: dependencies,
        path: "\(folder)/\(name)",
        exclude: exclude,
        swiftSettings: settings
    )
}

func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
    .testTarget(
        name: name,
        dependencies: dependencies,
        path: "Tests/\(name)",
        exclude: exclude,
        swiftSettings: strict
    )
}

let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let metrics = Target.Dependency.product(name: "CoreMetrics", package: "swift-metrics")
let signals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let httpClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioHTTPTypes = Target.Dependency.product(name: "NIOHTTPTypes", package: "swift-nio-extras")
let nioCompression = Target.Dependency.product(name: "NIOHTTPCompression", package: "swift-nio-extras")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let grdbSQLite = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
let mustache = Target.Dependency.product(name: "Mustache", package: "swift-mustache")

let package = Package(
    name: "deskpipe",
    products: [
        .executable(name: "deskpipe", targets: ["Deskpipe"]),
        .executable(name: "zendesk-simulator", targets: ["SimulatorCommand"]),
        .executable(name: "mock-broker", targets: ["MockBroker"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.0.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
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
        .systemLibrary(name: "CMalloc", path: "Shared/CMalloc"),
        .systemLibrary(
            name: "CZlib",
            path: "Shared/CZlib",
            pkgConfig: "zlib",
            providers: [.apt(["zlib1g-dev"])]
        ),
        library("Model", in: "Shared", []),
        library("JSONScan", in: "Shared", settings: busy, []),
        library("Failpoints", in: "Shared", ["Model"]),
        library("Catalog", in: "Shared", ["Model"]),
        library("Messaging", in: "Shared", settings: busy, ["Model", "JSONScan"]),
        library("RDKafka", in: "Shared", ["CLibrdkafka"]),
        library("LibPQ", in: "Shared", ["CLibpq"]),
        library(
            "Transports",
            in: "Shared",
            ["Messaging", "Model", "Failpoints", "RDKafka", grdb, grdbSQLite, logging]
        ),
        library("HTTPServing", in: "Shared", [hummingbird, hummingbirdCore, nioCore, logging]),
        library(
            "ServiceRuntime",
            in: "Shared",
            ["CMalloc", "Model", logging, metrics, nioCore, nioPosix, nioHTTP1]
        ),
        library(
            "Extractor",
            in: "Services",
            [
                "Model", "JSONScan", "Catalog", "Messaging", "Failpoints", "ServiceRuntime", httpClient, nioCore,
                nioHTTP1, nioCompression, crypto, logging,
            ]
        ),
        library(
            "Loader",
            in: "Services",
            exclude: ["Destinations"],
            settings: busy,
            ["Model", "JSONScan", "Catalog", "Messaging", "Failpoints", "ServiceRuntime", crypto, logging]
        ),
        .target(
            name: "Destinations",
            dependencies: ["Loader", "Model", "JSONScan", "Failpoints", "LibPQ", "CZlib", grdb, grdbSQLite, logging],
            path: "Services/Loader/Destinations",
            swiftSettings: strict
        ),
        library(
            "Console",
            in: "Services",
            exclude: ["Web"],
            [
                "Model", "JSONScan", "Catalog", "Messaging", "ServiceRuntime", httpClient, nioCore, nioPosix, nioHTTP1,
                crypto, logging,
            ]
        ),
        .target(
            name: "ConsoleWeb",
            dependencies: [
                "Console", "Model", "Catalog", "Messaging", "ServiceRuntime", "HTTPServing", hummingbird,
                hummingbirdCore, mustache, nioCore, crypto, logging,
            ],
            path: "Services/Console/Web",
            swiftSettings: strict
        ),
        .executableTarget(
            name: "Deskpipe",
            dependencies: [
                "Model", "JSONScan", "Catalog", "Messaging", "Failpoints", "Transports", "ServiceRuntime", "Extractor",
                "Loader", "Destinations", "Console", "ConsoleWeb", yams, arguments, signals, logging, nioCore, nioPosix,
                nioHTTP1,
            ],
            path: "Services/Deskpipe",
            swiftSettings: strict
        ),
        .target(
            name: "ZendeskSimulator",
            dependencies: [
                "Model", "HTTPServing", hummingbird, hummingbirdCore, logging, nioCore, nioHTTPTypes, crypto,
            ],
            path: "Tests/ZendeskSimulator",
            exclude: ["Command"],
            swiftSettings: busy
        ),
        .executableTarget(
            name: "SimulatorCommand",
            dependencies: ["ZendeskSimulator", "Model", arguments, logging],
            path: "Tests/ZendeskSimulator/Command",
            swiftSettings: strict
        ),
        .executableTarget(
            name: "MockBroker",
            dependencies: ["CLibrdkafka"],
            path: "Tests/MockBroker",
            swiftSettings: strict
        ),
        .target(
            name: "TestSupport",
            dependencies: ["Model", "Messaging", "HTTPServing", "CLibrdkafka", "CZlib", hummingbird, logging, grdb],
            path: "Tests/Support",
            swiftSettings: strict
        ),
        tests("ArchitectureTests", []),
        tests("FailpointsTests", ["Failpoints", "Model"]),
        tests("DeployTests", ["Deskpipe", "TestSupport"], exclude: ["Checks"]),
        tests("ModelTests", ["Model"]),
        tests("JSONScanTests", ["JSONScan"]),
        tests("CatalogTests", ["Catalog", "Model"], exclude: ["Samples"]),
        tests("MessagingTests", ["Messaging", "Model", "JSONScan", "CLibrdkafka"]),
        tests("TransportsTests", ["Transports", "Messaging", "Model", "RDKafka", "TestSupport", grdb, logging]),
        tests("ServiceRuntimeTests", ["ServiceRuntime", "Model", "TestSupport", logging, metrics]),
        tests(
            "ExtractorTests",
            [
                "Extractor", "Catalog", "Messaging", "Model", "JSONScan", "ServiceRuntime", "Transports", "TestSupport",
                "ZendeskSimulator", logging,
            ]
        ),
        tests(
            "LoaderTests",
            [
                "Loader", "Destinations", "Catalog", "Messaging", "Model", "JSONScan", "ServiceRuntime", "Transports",
                "TestSupport", grdb, logging,
            ]
        ),
        tests(
            "DestinationsTests",
            [
                "Destinations", "Loader", "Extractor", "Catalog", "Messaging", "Model", "LibPQ", "ServiceRuntime",
                "Transports", "TestSupport", grdb, logging,
            ]
        ),
        tests(
            "ConsoleTests",
            [
                "Console", "Catalog", "Extractor", "Loader", "Messaging", "Model", "ServiceRuntime", "Transports",
                "TestSupport", hummingbird, nioCore, crypto, logging,
            ]
        ),
        tests(
            "ConsoleWebTests",
            [
                "ConsoleWeb", "Console", "Messaging", "Model", "ServiceRuntime", "Transports", "TestSupport",
                .product(name: "HummingbirdTesting", package: "hummingbird"), hummingbird, hummingbirdCore, logging,
            ]
        ),
        tests(
            "Simulation",
            [
                "Catalog", "Console", "Extractor", "JSONScan", "Loader", "Messaging", "Model", "TestSupport",
            ]
        ),
        tests("SimulatorTests", ["ZendeskSimulator", "Model"]),
        tests(
            "DeskpipeTests",
            [
                "Deskpipe", "Catalog", "Console", "ConsoleWeb", "Extractor", "Failpoints", "Loader", "Messaging",
                "Model",
                "ServiceRuntime", "Transports", arguments,
            ]
        ),
        tests(
            "EndToEnd",
            [
                "Model", "Catalog", "Failpoints", "Messaging", "Transports", "TestSupport", "ZendeskSimulator", "LibPQ",
                grdb, logging,
            ],
            exclude: ["Fixtures", "Scenarios/typing.py"]
        ),
    ],
    swiftLanguageModes: [.v6]
)
