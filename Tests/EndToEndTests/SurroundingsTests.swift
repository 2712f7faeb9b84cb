import Foundation
@testable import SyncClient
import Testing
import WakeShim

@Suite("What the system tells a line that waits")
struct SurroundingsTests {
    @Test("A write to the database's files by somebody else rings; another file's does not")
    func written() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "su-\(UInt32.random(in: 0 ... .max))")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let bell = Bell()
        let hears = Surroundings.watch(bell, database: folder.appending(path: "replica.db").path)
        #expect(hears.contains(.written))
        try Data("x".utf8).write(to: folder.appending(path: "exchange.lock"))
        #expect(bell.wait(for: .written, milliseconds: 100).isEmpty)
        try Data("x".utf8).write(to: folder.appending(path: "replica.db-wal"))
        #expect(bell.wait(for: .written, milliseconds: 5_000) == .written)
    }

    /// A message of the kernel's about an address or a route.
    struct Message: Sendable, CustomStringConvertible {
        let description: String
        let type: UInt16
        let content: [UInt8]
        let matters: Bool
    }

    @Test(
        "Addresses that others can reach and default routes matter, others do not",
        arguments: [
            Message(description: "an address came", type: 20, content: [2, 24, 0, 0], matters: true),
            Message(description: "an address went", type: 21, content: [10, 64, 0, 0], matters: true),
            Message(description: "an address of the cable's", type: 20, content: [10, 64, 0, 253], matters: false),
            Message(description: "an address of this machine's", type: 20, content: [2, 8, 0, 254], matters: false),
            Message(description: "a default route", type: 24, content: [2, 0, 0, 0, 254, 3, 0, 1], matters: true),
            Message(
                description: "a route to one network", type: 24, content: [2, 24, 0, 0, 254, 3, 0, 1], matters: false),
            Message(description: "a cable", type: 16, content: [0, 0, 1, 0], matters: false),
        ])
    func networks(_ message: Message) {
        let content = message.content + [UInt8](repeating: 0, count: 16 - message.content.count)
        var bytes: [UInt8] = []
        for word in [UInt32(16 + content.count), UInt32(message.type), 0, 0] {
            bytes += (0..<4).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) }
        }
        bytes += content
        #expect((ws_networks_changed_by(bytes, bytes.count) != 0) == message.matters)
        // Cut short it is passed over.
        #expect(ws_networks_changed_by(bytes, 15) == 0)
    }

    @Test("The system tells of networks and of its clock, and not without a reason")
    func quiet() {
        let (networks, clock) = (ws_open_networks(), ws_open_clock())
        defer { [networks, clock].forEach { close($0) } }
        #expect(networks >= 0 && clock >= 0)
        #expect(ws_clock_jumped(clock) == 0)
    }

    @Test("A bell keeps what rang while nobody waited, for whoever waits for that")
    func bell() {
        let bell = Bell()
        bell.ring([.written, .answered])
        #expect(bell.wait(for: .network, milliseconds: 0).isEmpty)
        #expect(bell.wait(for: [.written, .network], milliseconds: 0) == .written)
        #expect(bell.wait(for: .written, milliseconds: 0).isEmpty)
        bell.ring(.stopped)
        for _ in 0..<2 { #expect(bell.wait(for: .answered).contains(.stopped)) }
        #expect(bell.breaker.isStopped)
    }
}
