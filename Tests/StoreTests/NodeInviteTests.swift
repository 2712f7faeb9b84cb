import FieldModel
import SyncCore
import SyncStore
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

    @Test("A revoked device stays revoked; a suspended one may be resumed")
    func states() throws {
        let device = try register(1)
        #expect(try setState(.suspended, device))
        #expect(try setState(.active, device))
        #expect(try setState(.revoked, device))
        #expect(try setState(.active, device) == false)
        #expect(try setState(.suspended, device) == false)
        #expect(try hq.read { try $0.device(device.id)?.state } == .revoked)
        #expect(try hq.write { try $0.setState(.active, ofDevice: world.person) } == false)
    }

    @Test("Devices get short codes in order, each once, also after one was taken up again")
    func codes() throws {
        #expect(try register(1).code == "A1")
        #expect(try register(1).code == "A1")
        let adopted = RecordID(high: 9, low: 9)
        try hq.write { access in
            try access.adoptDevice(adopted, key: otherKey, user: world.person, name: "found", code: "A2")
            try access.adoptDevice(
                RecordID(high: 9, low: 10), key: [9], user: world.person, name: "double", code: "A1")
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
        try hq.write { try $0.renewCode(ofDevice: device.id) }
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
            try $0.registerDevice(key: key, user: world.person, name: "phone", version: "1")
        }
    }

    private func setState(_ state: RegisteredDevice.State, _ device: RegisteredDevice) throws -> Bool {
        try hq.write { try $0.setState(state, ofDevice: device.id) }
    }

    private func exchange(_ id: RecordID, pending: UInt64?) throws -> BranchLink {
        let link = try hq.write { access in
            try access.noteExchange(ofBranch: id, pending: pending)
            return try access.branchLink(id)
        }
        return try #require(link)
    }
}
