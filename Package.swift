// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

func library(_ name: String, in folder: String, exclude: [String] = [], _ dependencies: [Target.Dependency]) -> Target {
    .target(
        name: name,
        dependencies: dependencies,
        path: "\(folder)/\(name)",
        exclude: exclude,
        swiftSettings: strict
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

let package = Package(
    name: "deskpipe",
    dependencies: [
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2")
    ],
    targets: [
        .systemLibrary(
            name: "CLibrdkafka",
            path: "Shared/CLibrdkafka",
            pkgConfig: "rdkafka",
            providers: [.apt(["librdkafka-dev"])]
        ),
        library("Model", in: "Shared", []),
        library("JSONScan", in: "Shared", []),
        library("Catalog", in: "Shared", ["Model"]),
        library("Messaging", in: "Shared", ["Model", "JSONScan"]),
        library("ServiceRuntime", in: "Shared", ["Model", logging]),
        tests("ModelTests", ["Model"]),
        tests("CatalogTests", ["Catalog", "Model"]),
        tests("MessagingTests", ["Messaging", "Model", "JSONScan", "CLibrdkafka"]),
        tests("ServiceRuntimeTests", ["ServiceRuntime", "Model"]),
    ],
    swiftLanguageModes: [.v6]
)
