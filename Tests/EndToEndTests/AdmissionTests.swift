import Foundation
import NIOCore
import NIOEmbedded
import SyncCore
@testable import SyncServer
import SyncStore
import Synchronization
import Testing

@Suite("Who may ask, and when it is his turn")
struct AdmissionTests {
    private static let allowance = Allowance(requests: Rate(perSecond: 10, burst: 5), requestsAtOnceMax: 2)

    private static func asker(_ number: UInt64 = 1, allowance: Allowance = allowance) -> Asker {
        Asker(.device(RecordID(high: 0, low: number)), allowance, now: 0)
    }

    @Test("A burst is answered at once, what comes faster after it is answered later")
    func burst() {
        let asker = Self.asker()
        for _ in 0..<5 {
            #expect(asker.enter(now: 0) == .admitted(after: 0))
            asker.leave()
        }
        #expect(asker.enter(now: 0) == .admitted(after: 0.1))
        asker.leave()
        #expect(asker.enter(now: 0) == .admitted(after: 0.2))
        asker.leave()
        // After a second he has paid, and has as many as a second brings.
        #expect(asker.enter(now: 1) == .admitted(after: 0))
    }

    @Test("As many requests at a time as he may have are let in, one more is refused, and nobody else is")
    func atOnce() {
        let asker = Self.asker()
        #expect(asker.enter(now: 0) == .admitted(after: 0))
        #expect(asker.enter(now: 0) == .admitted(after: 0))
        #expect(asker.enter(now: 0) == .refused(hold: 0, retryAfterSeconds: 1))
        #expect(Self.asker(2).enter(now: 0) == .admitted(after: 0))
        asker.leave()
        #expect(asker.enter(now: 0) == .admitted(after: 0))
    }

    @Test("Refusals cost what answers do, and are held for ten seconds at most")
    func refusals() {
        let asker = Self.asker()
        _ = asker.enter(now: 0)
        _ = asker.enter(now: 0)
        for _ in 0..<3 { #expect(asker.enter(now: 0) == .refused(hold: 0, retryAfterSeconds: 1)) }
        #expect(asker.enter(now: 0) == .refused(hold: 0.1, retryAfterSeconds: 1))
        for _ in 0..<1_000 { _ = asker.enter(now: 0) }
        #expect(asker.enter(now: 0) == .refused(hold: 10, retryAfterSeconds: 10))
        // What goes beyond is forgiven: ten seconds later he is where everybody is who asks too fast.
        asker.leave()
        #expect(asker.enter(now: 10) == .admitted(after: 0.1))
    }

    @Test("Ten milliseconds of work cost a request")
    func work() {
        let asker = Self.asker()
        asker.charge(seconds: 5 * ServerLimits.requestWorkSeconds, now: 0)
        #expect(asker.enter(now: 0) == .admitted(after: 0.1))
    }

    @Test("The log says once a minute that somebody asks for too much")
    func tell() {
        let asker = Self.asker()
        #expect([0, 59.9, 60, 119.9, 120].map { asker.shouldTell(now: $0) } == [true, false, true, false, true])
    }

    @Test("With fewer than a thousand askers nobody is looked for to be forgotten")
    func few() {
        let askers = Askers(ServingLimits())
        func ask(_ number: Int) { _ = askers.asker(.device(RecordID(high: 0, low: UInt64(number))), now: 10) }
        for number in 1...ServerLimits.askersSweptMin { ask(number) }
        #expect(askers.count == ServerLimits.askersSweptMin)
        ask(0)
        #expect(askers.count == 1)
    }

    @Test("Who asks no more is forgotten, and more addresses than may be kept apart share one allowance")
    func askers() {
        var limits = ServingLimits()
        limits.askersMax = 3
        let askers = Askers(limits)
        func address(_ number: Int) -> AskerName { .address(NetworkAddress("192.0.2.\(number)")) }
        for number in 1...3 { #expect(askers.asker(address(number), now: 0).enter(now: 0) == .admitted(after: 0)) }
        #expect(askers.asker(address(4), now: 0).name == .otherAddresses)
        #expect(askers.asker(address(5), now: 0) === askers.asker(address(4), now: 0))
        #expect(askers.asker(address(3), now: 0).name == address(3))
        let device = AskerName.device(RecordID(high: 1, low: 1))
        #expect(askers.asker(device, now: 0).name == device)
        for number in 1...3 { askers.asker(address(number), now: 1).leave() }
        #expect(askers.asker(address(4), now: 2).name == address(4))
        #expect(askers.count == 1)
    }

    @Test(
        "An address is what its owner cannot choose",
        arguments: [
            ("192.0.2.7", "192.0.2.7"), ("::ffff:192.0.2.7", "192.0.2.7"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
            ("::1", "0:0:0:0::/64"), ("somewhere", "somewhere"),
        ])
    func address(text: String, name: String) {
        #expect(NetworkAddress(text).description == name)
    }

    @Test("Askers take turns, one thing of each at a time; things of nobody wait for no other")
    func turns() {
        let (one, two) = (Self.asker(1), Self.asker(2))
        var queue = Turnstile<String>()
        for name in ["a1", "a2", "a3"] { queue.enter(name, of: one) }
        queue.enter("b1", of: two)
        queue.enter("n1", of: nil)
        queue.enter("n2", of: nil)
        #expect(queue.count == 6)
        #expect(queue.next()?.element == "a1")
        #expect(queue.next()?.element == "b1")
        #expect(queue.next()?.element == "n1")
        #expect(queue.next()?.element == "n2")
        #expect(queue.first == nil && queue.next() == nil && queue.count == 2)
        queue.leave(one)
        queue.leave(two)
        #expect(queue.next()?.element == "a2")
        #expect(queue.next() == nil)
        queue.leave(one)
        #expect(queue.next()?.element == "a3")
        queue.leave(one)
        #expect(queue.count == 0 && queue.first == nil)
    }

    @Test("What is withdrawn has no turn, and takes nobody else's")
    func withdrawn() {
        let (one, two) = (Self.asker(1), Self.asker(2))
        var queue = Turnstile<String>()
        for name in ["a1", "a2"] { queue.enter(name, of: one) }
        queue.enter("b1", of: two)
        #expect(queue.withdraw(of: one) { $0 == "b1" } == nil)
        #expect(queue.withdraw(of: one) { $0 == "a1" } == "a1")
        #expect(queue.next()?.element == "a2")
        queue.enter("a3", of: one)
        #expect(queue.withdraw(of: one) { $0 == "a3" } == "a3")
        #expect(queue.withdraw(of: two) { $0 == "b1" } == "b1")
        #expect(queue.first == nil && queue.next() == nil && queue.count == 0)
        // One of it is inside still.
        queue.enter("a4", of: one)
        #expect(queue.next() == nil)
        queue.leave(one)
        #expect(queue.next()?.element == "a4")
    }

    @Test("A full queue of work takes nothing more; what is in it is still done")
    func queuedWork() async throws {
        let pool = WorkerPool(threads: 1, queuedMax: 2)
        defer { pool.close() }
        let gate = DispatchSemaphore(value: 0)
        let begun = Order()
        async let first = pool.run {
            begun.note("first")
            gate.wait()
            return 1
        }
        #expect(try await comesTrue(within: 120) { begun.names == ["first"] })
        async let second = pool.run { 2 }
        async let third = pool.run { 3 }
        #expect(try await comesTrue(within: 120) { pool.queuedCount == 2 })
        async let fourth: Void = begun.note(refusal: "fourth") { _ = try await pool.run { 4 } }
        #expect(try await comesTrue(within: 120) { begun.names.count == 2 || pool.queuedCount == 3 })
        gate.signal()
        let sum = try await first + second + third
        await fourth
        #expect(sum == 6 && begun.names == ["first", "fourth"])
    }

    @Test("A full queue of writes takes nothing more, and a transaction has one write of an asker")
    func queuedWrites() async throws {
        let world = try ServerDirectory()
        let store = try Store(
            path: world.file("node.db"), role: .hq, environment: .system, creating: true, readers: 1)
        let counters = Counters()
        let commit = GroupCommit(store, queuedMax: 3, counters: counters)
        defer { commit.close() }
        let gate = DispatchSemaphore(value: 0)
        let begun = Order()
        async let held: Void = commit.write { _ in
            begun.note("held")
            gate.wait()
        }
        #expect(try await comesTrue(within: 120) { begun.names == ["held"] })
        let visit = Visit(Self.asker(), session: nil, channel: EmbeddedChannel())
        let order = Order()
        async let own: [Void] = withThrowingTaskGroup(of: Void.self) { group in
            for name in ["own", "own too"] {
                group.addTask {
                    try await Visit.$current.withValue(visit) {
                        try await commit.write { _ in order.note(name) }
                    }
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(try await comesTrue(within: 120) { commit.queuedCount == 2 })
        async let other: Void = commit.write { _ in order.note("other") }
        #expect(try await comesTrue(within: 120) { commit.queuedCount == 3 })
        async let past: Void = begun.note(refusal: "past") { try await commit.write { _ in } }
        #expect(try await comesTrue(within: 120) { begun.names.count == 2 || commit.queuedCount == 4 })
        gate.signal()
        _ = try await (held, own, other)
        await past
        #expect(begun.names == ["held", "past"])
        #expect(order.names.count == 3 && order.names[1] == "other")
    }
}

/// What came one after the other, from several tasks.
private final class Order: Sendable {
    private let noted = Mutex<[String]>([])

    var names: [String] { noted.withLock { $0 } }
    func note(_ name: String) { noted.withLock { $0.append(name) } }

    /// Notes that there was no room for the work. What there is room for would wait for the test.
    func note(refusal name: String, of work: () async throws -> Void) async {
        do { try await work() } catch is Overload { note(name) } catch { Issue.record("\(error)") }
    }
}
