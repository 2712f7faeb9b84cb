import Foundation
import SyncCore
@testable import SyncStore
import SyncWire

/// Nobody holds a record of a scope that HQ does not let him hold, nor any byte of one that left him.
final class Confinement: Law {
    func judge(_ world: World) throws {
        for machine in world.settled where machine !== world.headquarters {
            if let scope = try Self.surplus(machine, world) {
                throw Violation(
                    law: "Confinement",
                    words: "\(machine.name) holds \(scope.records) records of \(scope.name), which is not for him")
            }
            if machine.role == .device, machine.keys == nil { try Self.lookForLeftovers(on: machine, in: world) }
        }
    }

    /// A scope of which a machine holds records that HQ does not let it hold; nil: there is none.
    static func surplus(_ machine: Machine, _ world: World) throws -> ScopeSummary? {
        guard let hq = world.headquarters.store, let store = machine.store else { return nil }
        let held = try store.read { try $0.scopeSummaries() }.filter { $0.records > 0 }
        return try hq.read { access in
            try held.first { try !access.holds(machine.charter.author, scope: $0.name) }
        }
    }

    /// Looks at a page on its way: nothing in it is of a scope that the node does not let its puller hold.
    static func look(at page: WirePullResponse, from node: Machine, to machine: Machine) throws {
        try node.store?.read { access in
            for state in page.states {
                let (type, id, _) = try RecordStateCodec.decode([UInt8](state))
                let scope = try access.load(id, type: type)?.storedScope.map(access.names.scope) ?? ""
                if try access.holds(machine.charter.author, scope: scope) { continue }
                throw Violation(
                    law: "Confinement",
                    words: "\(node.name) serves record \(id) of \(scope) to \(machine.name), which is not for him")
            }
        }
    }

    /// Marks of sets of others, of whose records the device holds none, in its files.
    private static func lookForLeftovers(on machine: Machine, in world: World) throws {
        guard let store = machine.store else { return }
        let foreign = try store.read { access in
            try world.ledger.sets.filter { set in
                guard set.machine >= 0, world.machines[set.machine]?.charter.author != machine.charter.author else {
                    return false
                }
                let records = Set(world.ledger.entries[set.entries].map(\.place.record))
                return try world.records.filter { records.contains($0.id) }.allSatisfy {
                    try access.state(of: $0) == nil
                }
            }
        }
        let marks = Set(foreign.map(\.mark))
        if marks.isEmpty { return }
        for name in try FileManager.default.contentsOfDirectory(atPath: machine.folder).sorted() {
            let bytes = FileManager.default.contents(atPath: "\(machine.folder)/\(name)") ?? Data()
            guard let left = Self.marks(in: bytes).intersection(marks).min() else { continue }
            throw Violation(
                law: "Confinement", words: "\(machine.name) still has bytes of set \(left) in \(name)")
        }
    }

    /// What stands between two section signs, with them.
    private static func marks(in bytes: Data) -> Set<String> {
        let sign = Data("§".utf8)
        var marks: Set<String> = []
        var rest = bytes[...]
        while let begin = rest.range(of: sign) {
            let digits = rest[begin.upperBound...].prefix { 48...57 ~= $0 }
            if rest[digits.endIndex...].starts(with: sign) {
                marks.insert("§\(String(decoding: digits, as: UTF8.self))§")
            }
            rest = rest[begin.upperBound...]
        }
        return marks
    }
}
