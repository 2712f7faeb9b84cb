import Foundation
import Testing

/// A technician's device: a replica's folder.
struct FieldDevice: Sendable {
    let name: String
    let folder: URL
    let keyFile: String
    private let world: URL
    private let environment: [String: String]

    /// With a key file, not enrolled yet.
    init(_ name: String, in world: URL) throws {
        self.init(name: name, keyFile: world.appending(path: "\(name).key").path, world: world)
        let key = (0..<32).map { _ in UInt8.random(in: 0 ... .max) }
        try Data(key).write(to: URL(filePath: keyFile))
    }

    /// A replica that is there, opened as its own files and the environment say.
    init(found name: String, in world: URL, environment: [String: String] = [:]) {
        self.init(name: name, keyFile: "", world: world, environment: environment)
    }

    private init(name: String, keyFile: String, world: URL, environment: [String: String] = [:]) {
        self.name = name
        self.keyFile = keyFile
        self.world = world
        self.environment = environment
        folder = world.appending(path: name)
    }

    /// A copy of the whole device, as somebody makes who exchanges a tablet.
    func cloned(as name: String) throws -> FieldDevice {
        let clone = FieldDevice(name: name, keyFile: keyFile, world: world)
        try FileManager.default.copyItem(at: folder, to: clone.folder)
        return clone
    }

    /// The same of an image of the whole disk, by which no file can be told from the original's.
    func imaged(as name: String) throws -> FieldDevice {
        let clone = try cloned(as: name)
        try FileManager.default.removeItem(at: clone.folder.appending(path: "replica.db-unsent"))
        try clone.sql("DELETE FROM meta WHERE key = 'journal'")
        return clone
    }

    /// Its own files again as they were in a copy.
    func setBack(to copy: FieldDevice) throws {
        try FileManager.default.removeItem(at: folder)
        try FileManager.default.moveItem(at: copy.folder, to: folder)
    }

    func command(_ arguments: [String]) -> Command {
        var command = Command(.field, arguments + ["--replica", folder.path], in: world)
        command.environment.merge(environment) { $1 }
        return command
    }

    /// A verb as a script calls it.
    func verb(_ arguments: String...) throws -> Outcome { try command(arguments + ["--json"]).run() }

    /// A verb that has to succeed, and what it answers.
    @discardableResult
    func done(_ arguments: String...) throws -> JSON {
        let outcome = try command(arguments + ["--json"]).run()
        try #require(outcome.exit == 0, "\(name) \(arguments): \(outcome)")
        return try outcome.json
    }

    /// An exchange that has to come to its end.
    @discardableResult
    func sync(_ arguments: String...) throws -> JSON {
        let outcome = try command(["sync", "--json"] + arguments).run()
        try #require([0, 12].contains(outcome.exit), "\(name) sync: \(outcome)")
        return try outcome.json
    }

    func dump() throws -> String {
        let outcome = try command(["dump", "--canonical"]).run()
        try #require(outcome.exit == 0, "\(name): \(outcome)")
        return outcome.text
    }

    /// Meddles with its database.
    func sql(_ statement: String) throws {
        try SealedSQL(folder, passphraseFile: environment["FIELD_PASSPHRASE_FILE"]).run(statement)
    }

    /// Its files and what is in them, by their names in its folder.
    func files() throws -> [String: Data] {
        let names = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
        let files = names.compactMap { name in
            FileManager.default.contents(atPath: folder.path + "/" + name).map { (name, $0) }
        }
        return Dictionary(uniqueKeysWithValues: files)
    }
}
