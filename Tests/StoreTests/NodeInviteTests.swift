import FieldModel
import Foundation
import GRDB
import SyncCore
@testable import SyncStore
import Testing

@Suite("Invitations, devices and branches of a node")
struct NodeInviteTests {
    private let world: StoreWorld
    private let hq: Store
    private let codeHash = [UInt8](repeating: 1, count: 32)
    private let key = [UInt8](repeating: 2, count: 32)
    private let otherKey = [UInt8](repeating: 3, count: 32)

    init() throws {
        world = try StoreWorld()
        hq = try world.hq()
    }

    private func invite(milliseconds: Int64 = 1000) throws -> Invite {
        let invite = Invite(
            kind: .device, subject: world.person, name: "phone", expiresAt: world.clock.milliseconds + milliseconds)
        try hq.write { try $0.add(invite, codeHash: codeHash) }
        return invite
    }

    private func use(_ key: [UInt8]) throws -> InviteOutcome {
        try hq.write { try $0.useInvite(codeHash: codeHash, key: key) }
    }

    @Test("A code is good for one key, and again for the same key, whose answer was lost")
    func oneKey() throws {
        let invite = try invite()
        #expect(try use(key) == .good(invite))
        #expect(try use(key) == .again(invite))
        #expect(try use(otherKey) == .used)
    }

    @Test("A code that nobody gave out is unknown, one that is too old is expired and stays so")
    func refused() throws {
        #expect(try use(key) == .unknown)
        _ = try invite(milliseconds: 0)
        #expect(try use(key) == .expired)
        #expect(try use(key) == .expired)
    }

    @Test("A code is not used up when what should follow fails")
    func rolledBack() throws {
        struct Failed: Error {}
        let invite = try invite()
        #expect(throws: Failed.self) {
            try hq.write { access in
                _ = try access.useInvite(codeHash: codeHash, key: key)
                throw Failed()
            }
        }
        #expect(try use(otherKey) == .good(invite))
    }

    @Test("A device's record says who it is, and follows its code; orders about it say what it may do")
    func records() throws {
        let device = try register(1)
        let record = try #require(try hq.read { try $0.deviceRecord(device.id) })
        #expect((record.user, record.branch) == (world.person, world.headquarters))
        #expect((record.name, record.code, record.key) == ("phone", "A1", device.key))
        #expect(try hq.read { try $0.scope(of: device.id) } == "org/\(world.headquarters)")
        try hq.write { try $0.renewCode(ofDevice: device.id, node: world.headquarters) }
        #expect(try hq.read { try $0.deviceRecord(device.id)?.code } == "A2")
        try hq.write {
            try $0.order(DeviceOrderDraft(device: device.id, kind: .suspend), author: world.headquarters)
        }
        let view = try #require(try hq.read { try $0.deviceViews() }.first)
        #expect(view.standing.state == .suspended)
        #expect(try view.enrolled == hq.read { try $0.device(device.id) })
        let figures = try hq.read { try $0.nodeFigures() }
        #expect(figures.devices == 0 && figures.devicesByState.contains { $0 == ("suspended", 1) })
    }

    @Test("A device that an earlier version enrolled gets its record, and its state becomes an order")
    func published() throws {
        try hq.write { access in
            for (number, state) in [(1, "active"), (2, "suspended"), (3, "revoked")] {
                try access.db.execute(
                    sql: """
                        INSERT INTO enrolled_device (id, key, user, name, code, state, version, enrolled_at)
                        VALUES (?, ?, ?, 'old', ?, ?, '', 1)
                        """,
                    arguments: [
                        RecordID(high: 8, low: UInt64(number)), Data([UInt8(number)]), world.person, "Z\(number)",
                        state,
                    ])
            }
        }
        #expect(try hq.read { try $0.hasUnpublishedDevices() })
        for _ in 1...2 { try hq.write { try $0.publishDevices(node: world.headquarters) } }
        #expect(try !hq.read { try $0.hasUnpublishedDevices() })
        let views = try hq.read { try $0.deviceViews() }
        #expect(views.map(\.standing.state) == [.active, .suspended, .revoked])
        #expect(views.map(\.standing.orders.count) == [0, 1, 1])
    }

    @Test("Devices get short codes in order, each once, also after one was taken up again")
    func codes() throws {
        #expect(try register(1).code == "A1")
        #expect(try register(1).code == "A1")
        let adopted = RecordID(high: 9, low: 9)
        try hq.write { access in
            try access.adoptDevice(
                adopted, key: otherKey, user: world.person, name: "found", code: "A2",
                node: world.headquarters)
            try access.adoptDevice(
                RecordID(high: 9, low: 10), key: [9], user: world.person, name: "double", code: "A1",
                node: world.headquarters)
        }
        #expect(try hq.read { try $0.device(adopted)?.code } == "A2")
        #expect(try hq.read { try $0.device(key: [9])?.code } == "A3")
        let codes = try (4..<1200).map { try register($0).code }
        #expect(codes.prefix(7) == ["A4", "A5", "A6", "A7", "A8", "A9", "B1"])
        #expect(codes.contains("Z9") && codes.contains("AA") && codes.contains("ZZ") && codes.contains("AAA"))
        #expect(Set(codes).count == codes.count)
    }

    @Test("A new code takes the place of a device's old one, which nobody else gets")
    func renewedCode() throws {
        let device = try register(1)
        try hq.write { try $0.renewCode(ofDevice: device.id, node: world.headquarters) }
        #expect(try hq.read { try $0.device(device.id)?.code } == "A2")
        #expect(try register(2).code == "A3")
    }

    @Test("A branch is fresh as of its last exchange with nothing left to push")
    func freshness() throws {
        let id = RecordID(high: 5, low: 5)
        try hq.write { try $0.registerBranch(id, key: key, name: "Perth", url: "") }
        let first = try exchange(id, pending: nil)
        #expect(first.freshAt != nil && first.freshAt == first.lastExchangeAt && first.pending == 0)
        let busy = try exchange(id, pending: 7)
        #expect(busy.pending == 7 && busy.freshAt == first.freshAt)
        #expect(try #require(busy.lastExchangeAt) > #require(first.lastExchangeAt))
        #expect(try exchange(id, pending: nil).freshAt == first.freshAt)
        let done = try exchange(id, pending: 0)
        #expect(done.freshAt == done.lastExchangeAt && done.freshAt != first.freshAt)
    }

    @Test("Codes of branches are two letters of the name and a number, unique also for names without letters")
    func branchCodes() throws {
        let codes = try hq.write { access in
            try ["Perth", "Peterhead", "广州", "佛山"].map {
                try access.addBranch(name: $0, code: .branch(named: $0), author: world.headquarters).code
            }
        }
        #expect(codes == ["PE01", "PE02", "BR01", "BR02"])
    }

    private func register(_ number: Int) throws -> RegisteredDevice {
        let key = (0..<32).map { UInt8(truncatingIfNeeded: number >> (8 * min($0, 7))) }
        return try hq.write {
            try $0.registerDevice(key: key, user: world.person, name: "phone", version: "1", node: world.headquarters)
        }
    }

    private func exchange(_ id: RecordID, pending: UInt64?) throws -> BranchLink {
        let link = try hq.write { access in
            try access.noteExchange(ofBranch: id, pending: pending)
            return try access.branchLink(id)
        }
        return try #require(link)
    }
}
