// swift-tools-version: 6.1
import PackageDescription

/// Every target: the language's strict modes; a warning is an error.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .unsafeFlags(["-warnings-as-errors"]),
]
/// The rooms whose loops dominate run time are optimised in debug builds too (13 times faster in the tests).
let hot: [SwiftSetting] = strict + [.unsafeFlags(["-O"], .when(configuration: .debug))]

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let sqlite = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")
let protobuf = Target.Dependency.product(name: "SwiftProtobuf", package: "swift-protobuf")

/// The rooms that read bytes from outside.
let decoders: [Target.Dependency] = ["SyncCore", "FieldModel", "SyncWire", "SyncStore", "SyncClient", "Verbs", protobuf]

let package = Package(
    name: "FieldSync",
    platforms: [.macOS(.v14)],
    products: [
        .executable(name: "field", targets: ["field"]),
        .executable(name: "fieldsyncd", targets: ["fieldsyncd"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-protobuf", exact: "1.39.0"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
        // What Hummingbird stands on, named where its types are.
        .package(url: "https://github.com/apple/swift-nio.git", exact: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl.git", exact: "2.37.6"),
        .package(url: "https://github.com/apple/swift-nio-extras.git", exact: "1.35.2"),
        .package(url: "https://github.com/apple/swift-http-types.git", exact: "1.8.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle.git", exact: "2.13.0"),
        .package(
            url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1", traits: ["FullFoundation"]),
    ],
    targets: [
        // floor 0
        .target(name: "SyncCore", swiftSettings: hot),
        // floor 1
        .target(name: "FieldModel", dependencies: ["SyncCore"], swiftSettings: hot),
        .target(name: "CryptoShim", linkerSettings: [.linkedLibrary("crypto")]),
        .target(name: "CurlShim", linkerSettings: [.linkedLibrary("curl")]),
        .target(name: "WakeShim"),
        .target(name: "MemoryShim"),
        .target(name: "KeyringShim"),
        .target(name: "FileShim"),
        .target(
            name: "SealedPages", dependencies: [sqlite],
            linkerSettings: [.linkedLibrary("sqlite3"), .linkedLibrary("crypto")]),
        .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
        .target(name: "SyncWire", dependencies: ["SyncCore", "CryptoShim", "CZstd", protobuf], swiftSettings: hot),
        // floor 2
        .target(
            name: "SyncStore", dependencies: ["SyncCore", "FieldModel", "SyncWire", "SealedPages", "FileShim", grdb],
            swiftSettings: hot),
        // floor 3
        .target(
            name: "SyncClient", dependencies: ["SyncCore", "SyncWire", "SyncStore", "CurlShim", "WakeShim"],
            swiftSettings: strict),
        .target(
            name: "SyncServer",
            dependencies: [
                "SyncCore", "SyncWire", "SyncStore", "FieldModel", "CryptoShim", "MemoryShim",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
                .product(name: "Logging", package: "swift-log"), protobuf,
            ], swiftSettings: strict),
        // floor 4
        .target(
            name: "Verbs", dependencies: ["SyncCore", "FieldModel", "SyncWire", "SyncStore", argumentParser],
            swiftSettings: strict),
        .executableTarget(
            name: "field",
            dependencies: ["KeyringShim", "Verbs", "SyncClient", "SyncStore", "SyncWire", "FieldModel", "SyncCore", argumentParser],
            swiftSettings: strict),
        .executableTarget(
            name: "fieldsyncd",
            dependencies: [
                "Verbs", "SyncClient", "SyncServer", "SyncStore", "SyncWire", "FieldModel", "SyncCore", argumentParser,
                .product(name: "Logging", package: "swift-log"),
            ], swiftSettings: strict),
        // tests
        .target(name: "FaultyDisk", dependencies: [sqlite], path: "Tests/FaultyDisk", linkerSettings: [.linkedLibrary("sqlite3")]),
        .executableTarget(name: "SealedTrial", dependencies: ["SealedPages", sqlite], path: "Tests/SealedTrial"),
        .executableTarget(
            name: "Simulation",
            dependencies: [
                "SyncCore", "FieldModel", "SyncWire", "SyncStore", "SyncClient", "SyncServer", "FaultyDisk", grdb,
                sqlite, argumentParser,
            ],
            path: "Tests/Simulation", swiftSettings: hot),
        .testTarget(name: "CoreTests", dependencies: ["SyncCore", "FieldModel"], swiftSettings: strict),
        .testTarget(
            name: "StoreTests",
            dependencies: ["SyncCore", "FieldModel", "SyncWire", "SyncStore", "SealedPages", "SealedTrial", "FaultyDisk", grdb],
            swiftSettings: strict),
        .testTarget(
            name: "EndToEndTests",
            dependencies: [
                "SyncCore", "FieldModel", "SyncWire", "SyncStore", "SyncClient", "SyncServer", "WakeShim", "KeyringShim",
                "SealedTrial", "Simulation",
                "field", "fieldsyncd", .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOEmbedded", package: "swift-nio"),
            ],
            exclude: ["Fixtures"], swiftSettings: strict),
        .testTarget(
            name: "FuzzTests", dependencies: decoders, exclude: ["Driver", "Crashers"], swiftSettings: strict),
    ]
)

// For scripts/bench alone: an ordinary build does not pay for it.
if Context.environment["FIELDSYNC_BENCH"] != nil {
    package.targets.append(
        .executableTarget(
            name: "fieldbench",
            dependencies: [
                "SyncClient", "SyncServer", "SyncStore", "SyncWire", "FieldModel", "SyncCore", argumentParser,
            ],
            path: "scripts/bench.d/driver", swiftSettings: strict))
}

// For scripts/fuzz alone, which builds it with libFuzzer and its coverage; the targets are those of the tests.
if Context.environment["FIELDSYNC_FUZZ"] != nil {
    package.targets.removeAll { $0.type == .test }
    package.targets.append(
        .executableTarget(
            name: "fieldfuzz", dependencies: decoders, path: "Tests/FuzzTests", exclude: ["Crashers", "Suites"],
            swiftSettings: strict))
}

// For scripts/coverage alone: the merge and its tests, and nothing else to build.
if Context.environment["FIELDSYNC_COVERAGE"] != nil {
    package.dependencies = []
    package.products = []
    package.targets.removeAll { !["SyncCore", "FieldModel", "CoreTests"].contains($0.name) }
}
