import Foundation
import SyncCore
@testable import SyncStore
@testable import SyncWire
import Testing

@Suite("Keys: sealed under a key file or a passphrase, and every change to them is noticed")
struct SealedKeyTests {
    private let keys = DataKeys(.random(), older: [.random()])
    private let secret = [UInt8](repeating: 3, count: 32)

    @Test(
        "What was locked opens under its secret alone",
        arguments: [
            KeyLock.keyFile(path: "/media/a stick/key"), .passphrase(salt: [1, 2, 3], logN: 15),
        ])
    func locked(lock: KeyLock) throws {
        let locked = LockedKeys.seal(keys, lock, under: secret)
        let read = try #require(LockedKeys(text: locked.text))
        #expect(read == locked && read.lock == lock)
        #expect(read.open(under: secret) == keys)
        #expect(read.open(under: [UInt8](repeating: 4, count: 32)) == nil)
    }

    @Test("One character changed anywhere, in the lock or the keys, and they do not open")
    func tampered() throws {
        let text = Array(LockedKeys.seal(keys, .keyFile(path: "key"), under: secret).text.utf8)
        for index in text.indices {
            var changed = text
            changed[index] ^= 1
            let opened = LockedKeys(text: String(decoding: changed, as: UTF8.self))?.open(under: secret)
            // Hexadecimal digits may be written large or small.
            #expect(
                opened == nil
                    || String(decoding: changed, as: UTF8.self).lowercased()
                        == String(
                            decoding: text, as: UTF8.self),
                "character \(index)")
        }
    }

    @Test("A key file has 32 bytes or more; another one gives another secret")
    func keyFiles() {
        #expect(KeyLock.secret(ofKeyFile: [UInt8](repeating: 1, count: 31)) == nil)
        let (one, two) = ([UInt8](repeating: 1, count: 32), [UInt8](repeating: 1, count: 33))
        #expect(KeyLock.secret(ofKeyFile: one)?.count == 32)
        #expect(KeyLock.secret(ofKeyFile: one) != KeyLock.secret(ofKeyFile: two))
    }

    @Test("No purpose's key is another's, and none is written where somebody prints it")
    func purposes() {
        let derived = DataKey.Purpose.allCases.map { keys.current.key(for: $0) }
        #expect(Set(derived).count == DataKey.Purpose.allCases.count)
        #expect("\(keys.current)" == "DataKey")
    }
}

@Suite("Sealed attachments: parts of a file, each in its place")
struct SealedBlobTests {
    private let keys = DataKeys(.random())
    private let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "blobs-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    private var path: String { folder.appending(path: "file").path }

    private func file(_ flags: Int32 = O_RDWR | O_CREAT) throws -> BlobFile {
        try BlobFile(path, flags, keys: keys)
    }

    @Test("Bytes that are written piece by piece are read piece by piece")
    func pieces() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let bytes = (0..<700_001).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) }
        let file = try file()
        var offset = 0
        for count in [1, 262_143, 1, 262_144, 100_000, 5, 75_707] {
            try file.write(bytes[offset..<offset + count], at: Int64(offset))
            offset += count
            #expect(try file.size() == Int64(offset))
        }
        #expect(offset == bytes.count)
        for (start, count) in [
            (0, 700_001), (262_143, 2), (262_144, 262_144), (524_287, 3), (699_999, 100), (700_001, 1),
        ] {
            #expect(try file.read(at: Int64(start), count: count) == Array(bytes[start..<min(start + count, 700_001)]))
        }
        #expect(try Data(contentsOf: URL(filePath: path)).range(of: Data(bytes[0..<32])) == nil)
    }

    @Test("A flipped bit, exchanged parts and another file's key are errors")
    func damaged() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        try file().write([UInt8](repeating: 9, count: 600_000)[...], at: 0)
        let whole = try Data(contentsOf: URL(filePath: path))
        func expectDamage(_ changed: Data, _ what: String) throws {
            try changed.write(to: URL(filePath: path))
            #expect(throws: StoreFailure.self, "\(what)") { _ = try file().read(at: 0, count: 600_000) }
        }
        for at in [0, 15, 16, 27, 28, 262_171, 262_187, 262_188, whole.count - 1] {
            var changed = whole
            changed[at] ^= 1
            try expectDamage(changed, "byte \(at)")
        }
        let (first, second) = (whole[16..<262_188], whole[262_188..<524_360])
        try expectDamage(whole[0..<16] + second + first + whole[524_360...], "exchanged")
        try whole.write(to: URL(filePath: path))
        #expect(throws: StoreFailure.self) {
            _ = try BlobFile(path, O_RDONLY, keys: DataKeys(.random())).read(at: 0, count: 10)
        }
        #expect(try file().read(at: 0, count: 600_000).count == 600_000)
    }
}
