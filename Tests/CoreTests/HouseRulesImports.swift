/// The walls between the rooms: Package.swift says which of our rooms a room knows; this says it of everything.
extension HouseRule {
    private static let system: Set<String> = ["Foundation", "Synchronization", "Dispatch", "Glibc"]
    private static let server: Set<String> = [
        "Hummingbird", "HummingbirdCore", "HTTPTypes", "Logging", "NIOCore", "NIOHTTP1", "NIOHTTPTypes", "NIOSSL",
        "ServiceLifecycle", "SwiftProtobuf", "UnixSignals",
    ]
    private static let ours: Set<String> = ["SyncCore", "FieldModel", "SyncWire", "SyncStore"]

    /// What a room may import. A room that is not named here does not exist.
    static let importsAllowed: [String: Set<String>] = [
        "SyncCore": [],
        "FieldModel": ["SyncCore"],
        // Foundation for the bytes fields of generated messages.
        "SyncWire": ["SyncCore", "CryptoShim", "CZstd", "SwiftProtobuf", "Foundation"],
        "SyncStore": system.union([
            "SyncCore", "FieldModel", "SyncWire", "SealedPages", "FileShim", "GRDB", "GRDBSQLite",
        ]),
        "SyncClient": system.union(["SyncCore", "SyncWire", "SyncStore", "CurlShim", "WakeShim"]),
        "SyncServer": system.union(ours).union(server).union(["CryptoShim", "MemoryShim"]),
        "Verbs": system.union(ours).union(["ArgumentParser"]),
        "field": system.union(ours).union(["Verbs", "SyncClient", "KeyringShim", "ArgumentParser"]),
        "fieldsyncd": system.union(ours).union(["Verbs", "SyncClient", "SyncServer", "ArgumentParser", "Logging"]),
    ]

    static let imports = HouseRule(name: "a room imports only what its wall lets through") { file in
        guard file.isSource && file.isSwift else { return [] }
        guard let allowed = importsAllowed[file.room] else {
            return ["\(file.path): the room \(file.room) has no wall in importsAllowed"]
        }
        return importedModules(file.code).filter { !allowed.contains($0) }.map { module in
            "\(file.path): \(file.room) may not import \(module)"
        }
    }

    /// Which C rooms, and no others, include a library's headers.
    private static let headerOwners: [String: Set<String>] = [
        "curl/": ["CurlShim"], "openssl/": ["CryptoShim", "SealedPages"], "zstd": ["CZstd"], "sqlite3": ["SealedPages"],
    ]

    static let walls = HouseRule(name: "a C library has one shim") { file in
        guard file.isSource && (file.path.hasSuffix(".c") || file.path.hasSuffix(".h")) else { return [] }
        return headerOwners.filter { !$0.value.contains(file.room) && file.text.contains("#include <\($0.key)") }.map {
            "\(file.path): <\($0.key)…> belongs to \($0.value.sorted().joined(separator: ", "))"
        }
    }

    private static func importedModules(_ code: String) -> [String] {
        SwiftText.matches(
            of: #"^[^\S\n]*(?:@\w+[^\S\n]+)*(?:(?:package|internal|private|fileprivate)[^\S\n]+)?import[^\S\n].*$"#,
            in: code
        )
        .map { range in
            let words = code[range].split(separator: " ").drop { $0 != "import" }.dropFirst()
            let kinds: Set<Substring> = ["struct", "class", "enum", "func", "protocol", "typealias", "var", "let"]
            let name = words.first(where: { !kinds.contains($0) }) ?? ""
            return String(name.prefix { $0 != "." && $0 != ";" })
        }
    }
}
