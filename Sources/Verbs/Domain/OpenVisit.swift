import FieldModel
import SyncCore
import SyncStore

/// The visit that a person is making to an order.
enum OpenVisit {
    private static let visitsMax = 900

    /// His last visit to the order that has not ended; nil where he has none.
    static func of(_ person: RecordID, to order: RecordID, _ access: ReadAccess) throws -> RecordID? {
        guard let field = Catalogue.visit.field(named: "order") else { return nil }
        let match = FieldMatch(tag: field.tag, value: .reference(order))
        let visits = try access.list(EntityTag.visit, matching: [match], limit: visitsMax).items
        let ended = Set(
            try access.workEvents(of: order).filter { $0.kind == .left || $0.kind == .declined }.compactMap(\.visit))
        return visits.filter { $0.reference("technician") == person && !ended.contains($0.id) }.map(\.id).max()
    }
}
