import Foundation
import Testing

@Suite("Fuzzing: what comes from outside is taken or refused, and breaks nothing")
struct FuzzTests {
    @Test("of what a decoder begins with something is taken", arguments: FuzzTarget.all)
    func seeds(target: FuzzTarget) throws {
        let seeds = try target.seeds()
        #expect(seeds.contains { (try? target.check($0)) != nil })
        #expect(seeds.compactMap { target.brokenPromise(by: $0) } == [])
    }

    @Test("no mutation breaks a promise", arguments: FuzzTarget.all)
    func mutations(target: FuzzTarget) throws {
        let seeds = try target.seeds()
        var random = Mutation(seed: UInt64(seeds.count))
        var broken: [String] = []
        for _ in 0..<(target.isSlow ? 300 : 5000) {
            let mutant = random.mutant(of: seeds, bytesMax: target.bytesMax)
            if let sentence = target.brokenPromise(by: mutant) { broken.append("\(sentence): \(mutant)") }
        }
        #expect(broken == [])
    }

    @Test("an input that once broke a decoder does not any more", arguments: Crasher.all)
    func crashers(crasher: Crasher) throws {
        let target = try #require(FuzzTarget.named(crasher.target))
        #expect(target.brokenPromise(by: try crasher.bytes()) == nil)
    }

    @Test("a broken promise is noticed")
    func noticed() {
        let target = FuzzTarget("none", seeds: { [] }) { bytes in
            try BrokenPromise.unless(bytes.count < 2, "long")
            if bytes.count == 1 { throw CancellationError() }
        }
        #expect(target.brokenPromise(by: [1, 2]) == "long")
        #expect(target.brokenPromise(by: [1])?.contains("is no refusal") == true)
        #expect(target.brokenPromise(by: []) == nil)
    }
}

/// A file of `Crashers/TARGET`.
struct Crasher: Sendable, CustomStringConvertible {
    let target: String
    let name: String
    var description: String { "\(target)/\(name)" }

    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Crashers")

    static let all: [Crasher] = names(in: folder).flatMap { target in
        names(in: folder.appending(path: target)).map { Crasher(target: target, name: $0) }
    }

    func bytes() throws -> [UInt8] {
        [UInt8](try Data(contentsOf: Self.folder.appending(path: target).appending(path: name)))
    }

    private static func names(in folder: URL) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []).filter { !$0.hasPrefix(".") }
            .sorted()
    }
}
