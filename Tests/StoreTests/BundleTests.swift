import Foundation
import SyncCore
import SyncStore
import SyncWire
import Testing

@Suite("Bundles: a file is whole and its writer's, or nothing of it is read")
struct BundleTests {
    private static let hqKey = SigningKey(seed: [UInt8](repeating: 1, count: 32))
    private static let chain = [
        Certificate.issue(
            Identity(
                kind: .hq, key: hqKey.publicKey, subject: RecordID(high: 1, low: 1), name: "HQ", code: "HQ",
                issuedAt: 0, expiresAt: 1000), by: hqKey)
    ]

    /// Pages of some states, none of which anybody could read.
    private static func bundle(pages: Int, bytes: Int = 40) throws -> [UInt8] {
        var file: [UInt8] = []
        let writer = try BundleWriter(WireBundleHeader(by: chain, Roots(hqKey.publicKey), for: nil, at: 5)) {
            file += $0
        }
        for index in 1...pages {
            var page = WirePullResponse()
            page.states = [Data(repeating: UInt8(index), count: bytes)]
            page.complete = index == pages
            try writer.add(.page(page))
        }
        try writer.seal(by: hqKey)
        return file
    }

    private static func source(_ bytes: [UInt8]) -> ByteSource {
        ByteSource(size: Int64(bytes.count)) { offset, count in Array(bytes[Int(offset)...].prefix(count)) }
    }

    private static func opened(_ bytes: [UInt8]) throws -> SealedBundle {
        try SealedBundle(verifying: source(bytes), root: Roots(hqKey.publicKey))
    }

    private static func parts(_ bundle: SealedBundle) throws -> Int {
        var parts = try bundle.parts()
        var count = 0
        while try parts.next() != nil { count += 1 }
        return count
    }

    @Test("What was written is read again, and says who wrote it and when")
    func thereAndBack() throws {
        let bundle = try Self.opened(Self.bundle(pages: 3))
        #expect(bundle.writer.name == "HQ")
        #expect(bundle.header.createdAt == 5)
        #expect(try Self.parts(bundle) == 3)
    }

    @Test("Any one bit that is changed is found before anything is read")
    func flipped() throws {
        let bytes = try Self.bundle(pages: 1)
        let taken = bytes.indices.filter { index in
            (0..<8).contains { bit in
                var mutant = bytes
                mutant[index] ^= 1 << bit
                do {
                    _ = try Self.opened(mutant)
                    return true
                } catch WireError.badSignature { return false } catch { return true }
            }
        }
        #expect(taken == [])
    }

    @Test("Cut anywhere, or with something behind its end, it is no bundle")
    func cut() throws {
        let bytes = try Self.bundle(pages: 1)
        for count in bytes.indices {
            #expect(throws: WireError.self, "\(count) bytes") { try Self.opened(Array(bytes.prefix(count))) }
        }
        #expect(throws: WireError.self) { try Self.opened(bytes + [0]) }
        #expect(throws: WireError.self) { try Self.opened(bytes + bytes) }
    }

    @Test("A file that changes after it was looked at does not come to its end")
    func changesMeanwhile() throws {
        let bytes = try Self.bundle(pages: 2)
        var there = bytes
        let source = ByteSource(size: Int64(bytes.count)) { offset, count in Array(there[Int(offset)...].prefix(count))
        }
        let bundle = try SealedBundle(verifying: source, root: Roots(Self.hqKey.publicKey))
        // A byte of the last page's state.
        there[bytes.count - 104 - 3] ^= 1
        #expect(throws: WireError.badSignature("a bundle that changed meanwhile")) { try Self.parts(bundle) }
        there = bytes
        #expect(try Self.parts(bundle) == 2)
    }

    private struct Interrupted: Error {}

    private func newFolder() throws -> String {
        let folder = FileManager.default.temporaryDirectory.appending(path: "fs-bundle-\(UUID())").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        return folder
    }

    private func names(in folder: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: folder)
    }

    @Test("A file is there whole or not at all, and none is overwritten")
    func files() throws {
        let folder = try newFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let path = folder + "/a.bundle"
        #expect(throws: Interrupted.self) {
            try BundleFile.write(path) { sink in
                try sink([1, 2, 3])
                throw Interrupted()
            }
        }
        #expect(try names(in: folder) == [])
        let size = try BundleFile.write(path) { try $0([1, 2, 3]) }
        #expect(size == 3)
        #expect(throws: BlobFileExists.self) { try BundleFile.write(path) { try $0([4]) } }
        #expect(FileManager.default.contents(atPath: path) == Data([1, 2, 3]))
        #expect(try names(in: folder) == ["a.bundle"])
    }

    @Test("A file that is not there, a folder and an empty file are told from a bundle")
    func noFiles() throws {
        let folder = try newFolder()
        defer { try? FileManager.default.removeItem(atPath: folder) }
        #expect(throws: StoreFailure.missing(path: folder + "/none")) { try BundleFile.source(folder + "/none") }
        #expect(throws: StoreFailure.inputOutput("\(folder) is a folder")) { try BundleFile.source(folder) }
        _ = FileManager.default.createFile(atPath: folder + "/empty", contents: nil)
        #expect(throws: WireError.badSignature("a bundle without a seal at its end")) {
            try SealedBundle(verifying: BundleFile.source(folder + "/empty"), root: Roots(Self.hqKey.publicKey))
        }
    }
}
