import FieldModel
import SyncCore
import SyncStore
import SyncWire

/// The sites that somebody means.
package enum MeantSites {
    case named([String])
    case ofAccount(String)
    /// Those that no branch serves.
    case unassigned
}

extension VerbContext {
    /// Has a branch serve sites.
    package func assignSites(_ meant: MeantSites, to branch: String) throws -> Report {
        let (server, assigned, all) = try store.write { access in
            let server = try Lookup.branch(branch, access)
            let sites = try sites(meant, access)
            return (server, try access.assign(sites, to: server, author: author), sites.count)
        }
        let name = try store.read { try $0.branchRecord(server)?.name } ?? branch
        return Report(
            .object([
                ("branch", .string(name)), ("assigned", .integer(Int64(assigned))),
                ("already", .integer(Int64(all - assigned))),
            ]),
            text: { language in
                [
                    Words(
                        "\(name) serves \(assigned) more sites; \(all - assigned) it served already.",
                        "\(name) 新增服务现场 \(assigned) 个，另有 \(all - assigned) 个原已由其服务。")[language]
                ]
            })
    }

    private func sites(_ meant: MeantSites, _ access: ReadAccess) throws -> [RecordID] {
        switch meant {
        case .named(let refs): try refs.map { try Lookup.record($0, type: EntityTag.site, access).id }
        case .ofAccount(let ref): try access.sites(of: Lookup.record(ref, type: EntityTag.account, access).id)
        case .unassigned: try access.sitesWithoutBranch()
        }
    }
}

extension Lookup {
    /// A branch by name, code or id; what it does not name is told with what was near.
    static func branch(_ ref: String, _ access: ReadAccess) throws -> RecordID {
        if case .found(_, let id) = try access.resolve(ref, type: EntityTag.branch) { return id }
        let names = try access.branchRecords().map(\.name)
        let near = NearestNames.of(ref, among: names)
        let list = (near.isEmpty ? names : near).joined(separator: ", ")
        throw VerbFailure(
            .notFound, Words("There is no branch \"\(ref)\" here.", "此处没有分公司“\(ref)”。"),
            hint: Words("There are: \(list).", "可用：\(list)。"),
            details: .object([("candidates", .array(names.map(JSONValue.string)))]))
    }
}
