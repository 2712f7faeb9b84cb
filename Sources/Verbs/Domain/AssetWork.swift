import FieldModel
import SyncCore
import SyncStore
import SyncWire

extension VerbContext {
    /// Notes that a machine was installed.
    /// - Parameter fields: KEY=VALUE of a machine that is not in the records yet; nil: `ref` names it.
    package func install(_ ref: String?, new fields: [String], at: String?, text: String?) throws -> Report {
        let asset = try store.write { access in
            let asset = try ref.map { try existing($0, type: EntityTag.asset, access) } ?? newAsset(fields, access)
            var event = try newDraft(Catalogue.assetEvent, [], access)
            event.put("asset", .reference(asset.id))
            event.put("kind", .text(AssetEventKind.installed.rawValue))
            event.put("occurred_at", try occurrence(at))
            if let text { event.put("text", .text(text)) }
            try commit((asset.creates ? [asset] : []) + [completed(event, access)], access)
            return asset
        }
        return written(asset, doing: AssetEventKind.installed.label)
    }

    private func newAsset(_ fields: [String], _ access: WriteAccess) throws -> RecordDraft {
        let edits = FieldEdits(entity: Catalogue.asset, creating: true, access: access)
        return try newDraft(Catalogue.asset, edits.edits(FieldArgument.parse(fields)), access)
    }

    /// Machines that have all words of a text.
    package func findAssets(_ text: String, limit: Int) throws -> Report {
        try store.read { access in
            // The search goes through all types; the others are left out of the answer.
            let found = try access.search(text, limit: RecordLimit.recordsMax).items.filter {
                $0.type == EntityTag.asset
            }
            return try listed(Array(found.prefix(limit)), more: found.count > limit, access)
        }
    }

    /// A visit to an order that this person makes.
    package func newVisit(order ref: String, summary: String?) throws -> Report {
        let visit = try store.write { access in
            let order = try existing(ref, type: EntityTag.workOrder, access)
            let visit = try self.visit(nil, of: order, summary.map { ["summary=\($0)"] } ?? [], access)
            try commit([visit], access)
            return visit
        }
        return written(visit)
    }

    /// A part that was used at this person's open visit to an order.
    package func addPart(order ref: String, fields: [String]) throws -> Report {
        let usage = try store.write { access in
            let order = try existing(ref, type: EntityTag.workOrder, access)
            guard let visit = try OpenVisit.of(author, to: order.id, access) else {
                throw VerbFailure(
                    .constraint, Words("You have no open visit to this order.", "你在此工单上没有进行中的上门。"),
                    hint: Words("Say job accept or job start first.", "请先执行 job accept 或 job start。"))
            }
            let edits = FieldEdits(entity: Catalogue.partUsage, creating: true, access: access)
            var usage = try newDraft(Catalogue.partUsage, edits.edits(FieldArgument.parse(fields)), access)
            usage.put("visit", .reference(visit))
            try commit([usage], access)
            return usage
        }
        return written(usage)
    }
}
