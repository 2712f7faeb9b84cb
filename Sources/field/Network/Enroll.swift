import ArgumentParser
import FieldModel
import Foundation
import SyncClient
import SyncCore
import SyncStore
import SyncWire
import Verbs

struct Enroll: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Register this device (登记本机).",
        discussion: """
            The code comes from whoever runs the node (fieldsyncd device invite). The device's key is made here and never \
            leaves. Everything on this device is sealed under a passphrase, which is asked for, or a key file: whoever loses it \
            loses what was not sent yet.

            Example: field enroll https://perth.example.com:7443 --code 5F3A-… --name tablet
            """)

    @Argument(help: "The node's address.")
    var url: String

    @Option(help: "The enrolment code.")
    var code: String

    @Option(help: "What to call this device.")
    var name: String?

    @Option(help: "A file of 32 bytes or more that unlocks this replica; its path is remembered.")
    var keyFile: String?

    @OptionGroup var place: DeviceReplica
    @OptionGroup var output: OutputOptions

    func run() throws {
        let directory = place.directory
        try Enrolling.demandNew(directory)
        let keys = try ReplicaVault(directory).make(keyFile: keyFile)
        let key = try Enrolling.key(directory, keys)
        let host = name ?? ProcessInfo.processInfo.hostName
        let result = try Enrolment.enroll(url: url, code: code, name: host, key: key, version: Version.text)
        Output(output.style).show(try Enrolling.finish(directory, keys, result, upstream: url))
    }
}

/// The steps of an enrolment. Interrupted anywhere it can be done again with the same code: the key stays.
private enum Enrolling {
    static func demandNew(_ directory: ReplicaDirectory) throws {
        try WipedMark.clear(directory)
        try directory.finishBegun()
        guard directory.isEnrolled else { return }
        throw VerbFailure(
            .exists, Words("\(directory.path) is enrolled already.", "\(directory.path) 已登记。"),
            hint: Words("Use another folder with --replica.", "请用 --replica 指定其他目录。"))
    }

    /// The key of an enrolment that was interrupted, or a new one.
    static func key(_ directory: ReplicaDirectory, _ keys: DataKeys) throws -> SigningKey {
        if FileManager.default.fileExists(atPath: directory.key) { return try Replica.signingKey(directory.key, keys) }
        let key = SigningKey(seed: Entropy.bytes(SigningKey.seedBytes))
        try directory.write(SealedSecret.seal(key.seed, .device, under: keys.current).text, to: directory.key)
        return key
    }

    static func finish(
        _ directory: ReplicaDirectory, _ keys: DataKeys, _ result: EnrolmentResult, upstream: String
    ) throws -> Report {
        guard let authority = result.authorityPEM else { throw VerbFailure(.untrusted) }
        try directory.write(authority, to: directory.authority)
        let draft = directory.database + ".new"
        try? FileManager.default.removeItem(atPath: draft)
        let store = try Store(path: draft, role: .device, environment: .system, creating: true, keys: keys)
        let replica = try store.write { access in
            try ReplicaIdentity.keep(result, upstream: upstream, access)
            try access.noteContact(at: result.identity.issuedAt, days: nil, isNow: true, .now)
            return try access.ownReplica()
        }
        try store.close()
        // A database that is there is an enrolment that came to its end.
        try DurableFile.move(draft, to: directory.database)
        return report(result, replica: replica.description)
    }

    private static func report(_ result: EnrolmentResult, replica: String) -> Report {
        let members: [(String, JSONValue)] = [
            ("replica", .string(replica)), ("device", .string(result.identity.subject.description)),
            ("name", .string(result.identity.name)), ("code", .string(result.deviceCode)),
            ("user", .string(result.login)), ("organisation", .string(result.organisation)),
            ("node", .string(result.node)),
        ]
        let done = Words(
            "This device is \(result.deviceCode) of \(result.login) at \(result.organisation). Now: field sync",
            "本机已登记：\(result.organisation) \(result.login)，设备代码 \(result.deviceCode)。下一步：field sync")
        return Report(.object(members), remarks: [done])
    }
}
