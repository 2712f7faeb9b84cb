import ArgumentParser
import FieldModel
import SyncClient
import SyncCore
import SyncServer
import SyncStore
import Verbs

struct Status: NodeVerb {
    static let configuration = CommandConfiguration(
        abstract: "Show what the node holds and how its line upwards fares (节点状态).",
        discussion: "Example: fieldsyncd status --data /var/lib/fieldsync --json")

    @OptionGroup var place: NodeFolder
    @OptionGroup var output: OutputOptions

    func report(_ node: OwnedNode) throws -> Report {
        let members = try node.node.store.read { try node.members($0) }
        return Report(.object(members)) { _ in
            var table = TextTable()
            for (name, value) in members { table.add([name, value.shown]) }
            return table.lines
        }
    }
}

extension OwnedNode {
    fileprivate func members(_ access: ReadAccess) throws -> [(String, JSONValue)] {
        let figures = try access.nodeFigures()
        let uplink = serving?.uplink?.status
        return [
            ("node", .string(identity.record.description)), ("role", .string(identity.role.rawValue)),
            ("name", .string(identity.name)), ("organisation", .string(identity.organisation)),
            ("url", serving?.url.map(JSONValue.string) ?? .null),
            ("upstream", identity.upstream.map(JSONValue.string) ?? .null),
            ("position", .integer(figures.position)), ("epoch", .string(Hex.digits(try access.epoch()))),
            ("records", .integer(Int64(figures.records))), ("devices", .integer(Int64(figures.devices))),
            ("forgotten", .integer(Int64(figures.forgotten))),
            ("pending_up", .integer(identity.isHQ ? 0 : Int64(try access.pendingSets()))),
            ("audit_entries", .integer(try access.auditTail().n)),
            ("audit_alarms", .integer(Int64(try access.auditAlarms().count))),
            ("root_backup_at", try access.rootBackupAt().map(Moments.json) ?? .null),
            ("last_uplink_at", uplink?.lastSuccessAt.map(Moments.json) ?? .null),
            ("uplink_error", uplink?.lastError.map(JSONValue.string) ?? .null),
        ]
    }
}
