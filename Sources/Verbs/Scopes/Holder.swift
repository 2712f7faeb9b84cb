import FieldModel
import SyncCore
import SyncStore
import SyncWire

/// Somebody who holds scopes: a person, also by his device, or a branch.
struct Holder {
    let id: RecordID
    let type: TypeTag
    /// Login, or the branch's name.
    let name: String
    /// Nil unless it was a device that was named.
    let device: DeviceRecord?

    var json: JSONValue {
        .object([
            ("type", .string(Catalogue.entity(type)?.name ?? "")), ("id", .string(id.description)),
            ("name", .string(name)), ("device", device.map { .string($0.code) } ?? .null),
        ])
    }

    /// By a login, a branch's name or code, a device's code, name or id, or at least 6 last digits of an id.
    static func find(_ ref: String, _ access: ReadAccess) throws -> Holder {
        let found = try all(named: ref, access)
        if found.count == 1 { return found[0] }
        let near = found.isEmpty ? NearestNames.of(ref, among: try names(access)) : found.map(\.name)
        let candidates = JSONValue.object([("candidates", .array(near.map(JSONValue.string)))])
        let list = near.joined(separator: ", ")
        throw found.isEmpty
            ? VerbFailure(
                .notFound,
                Words("There is no user, branch or device \"\(ref)\" here.", "此处没有用户、分公司或设备“\(ref)”。"),
                hint: near.isEmpty ? nil : Words("Did you mean \(list)?", "是否指 \(list)？"), details: candidates)
            : VerbFailure(
                .ambiguous, Words("\"\(ref)\" may mean: \(list).", "“\(ref)”可能指：\(list)。"),
                hint: Words("Give the id instead.", "请改用标识。"), details: candidates)
    }

    private static func all(named ref: String, _ access: ReadAccess) throws -> [Holder] {
        let types = [EntityTag.user, EntityTag.branch]
        let records: [RecordID] = try types.flatMap { type in try ids(of: access.resolve(ref, type: type)) }
        let devices = try access.deviceRecords().filter { device in
            device.code == ref.uppercased() || device.name == ref || device.id.description == ref.lowercased()
        }
        let found =
            try records.compactMap { try holder($0, access) }
            + devices.compactMap { device in try device.user.flatMap { try holder($0, device: device, access) } }
        // Somebody's device may be called as he is.
        var seen: Set<RecordID> = []
        return found.filter { seen.insert($0.id).inserted }
    }

    private static func ids(of outcome: RefOutcome) -> [RecordID] {
        switch outcome {
        case .found(_, let id): [id]
        case .none: []
        case .ambiguous(let candidates): candidates.map(\.id)
        }
    }

    static func holder(_ id: RecordID, device: DeviceRecord? = nil, _ access: ReadAccess) throws -> Holder? {
        if let person = try access.person(id) {
            return Holder(id: id, type: EntityTag.user, name: person.login, device: device)
        }
        if let branch = try access.branchRecord(id) {
            return Holder(id: id, type: EntityTag.branch, name: branch.name, device: nil)
        }
        // A guest, of whom nothing but his work is known here.
        return device.map { Holder(id: id, type: EntityTag.user, name: RecordNames.suffix(of: id), device: $0) }
    }

    private static func names(_ access: ReadAccess) throws -> [String] {
        try access.branchRecords().map(\.name) + access.logins() + access.deviceRecords().map(\.code)
    }
}
