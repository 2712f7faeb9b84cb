import Foundation
@testable import SyncStore
import Testing

@Suite("What is erased is overwritten before its name goes")
struct ErasureTests {
    private let folder = FileManager.default.temporaryDirectory.appending(
        path: "fieldsync-erasure-\(UUID().uuidString)")

    init() throws { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }

    @Test("Whoever has a file open reads zeros; folders go with what is in them, links without what they point to")
    func erases() throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        let (inner, other) = (folder.appending(path: "replica/blobs"), folder.appending(path: "other"))
        try FileManager.default.createDirectory(at: inner, withIntermediateDirectories: true)
        let secret = Data(repeating: 7, count: 3_000_001)
        for file in [inner.appending(path: "one"), other] { try secret.write(to: file) }
        try FileManager.default.createSymbolicLink(at: inner.appending(path: "link"), withDestinationURL: other)
        let open = try FileHandle(forReadingFrom: inner.appending(path: "one"))
        try Erasure.erase(folder.appending(path: "replica").path)
        let left = try #require(try open.readToEnd())
        #expect(left.count == secret.count && left.allSatisfy { $0 == 0 })
        #expect(!FileManager.default.fileExists(atPath: folder.appending(path: "replica").path))
        #expect(try Data(contentsOf: other) == secret)
        try Erasure.erase(folder.appending(path: "replica").path)
    }
}
