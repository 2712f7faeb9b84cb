package import FieldModel
package import SyncCore

extension ReadAccess {
    /// The events of a work order that are here.
    package func workEvents(of order: RecordID) throws -> [WorkEvent] { try workEvents("order", order) }

    /// - Parameter field: `order` or `visit`: what the events name.
    func workEvents(_ field: String, _ subject: RecordID) throws -> [WorkEvent] {
        try events(EntityTag.workEvent, field, subject).compactMap(WorkEvent.init)
    }

    /// The events of an asset that are here.
    package func assetEvents(of asset: RecordID) throws -> [AssetEvent] {
        try events(EntityTag.assetEvent, "asset", asset).compactMap(AssetEvent.init)
    }

    /// The newest events of a work order or an asset: those that no other event of it names as earlier. A new event
    /// names them in `after`.
    package func newestEvents(of subject: RecordID, type: TypeTag) throws -> [RecordID] {
        switch type {
        case EntityTag.workOrder: try Self.newest(workEvents(of: subject))
        case EntityTag.asset: try Self.newest(assetEvents(of: subject))
        default: []
        }
    }

    private static let usedParts = FixedSQL(
        """
        \(RecordTable(Catalogue.partUsage).selectSQL)
        WHERE visit IN (SELECT id FROM visit WHERE "order" = ?) AND deleted = 0 ORDER BY id
        """)

    /// What was used at the visits of a work order that are here.
    package func partUses(of order: RecordID) throws -> [PartUse] {
        guard let table = RecordTable.all[EntityTag.partUsage] else { return [] }
        let statement = try prepare(Self.usedParts)
        statement.bind(1, order)
        return try records(statement, of: table).compactMap(PartUse.init)
    }

    private static func newest(_ events: [some CausalEvent]) -> [RecordID] {
        let named = Set(events.flatMap { event in event.after.filter { $0 != event.id } })
        return events.map(\.id).filter { !named.contains($0) }.sorted()
    }

    private static let selects = [
        EntityTag.workEvent: [
            "order": select(Catalogue.workEvent, "order"), "visit": select(Catalogue.workEvent, "visit"),
        ],
        EntityTag.assetEvent: ["asset": select(Catalogue.assetEvent, "asset")],
    ]

    private static func select(_ entity: EntityDeclaration, _ field: String) -> FixedSQL {
        FixedSQL("\(RecordTable(entity).selectSQL) WHERE \"\(field)\" = ? AND deleted = 0")
    }

    private func events(_ type: TypeTag, _ field: String, _ subject: RecordID) throws -> [StoredRecord] {
        guard let table = RecordTable.all[type], let select = Self.selects[type]?[field] else { return [] }
        let statement = try prepare(select)
        statement.bind(1, subject)
        return try records(statement, of: table)
    }
}

extension WorkEvent {
    /// Nil for a kind of event that this version does not know.
    fileprivate init?(_ record: StoredRecord) {
        let event = EventFields(record, of: Catalogue.workEvent)
        guard let kind = event.text("kind").flatMap(WorkEventKind.init(rawValue:)), let written = event.written else {
            return nil
        }
        self.init(
            id: record.id, kind: kind, author: written.author, timestamp: written.timestamp,
            occurredAt: event.values("occurred_at").first.flatMap(Instant.init), after: event.references("after"),
            reason: event.text("reason"), visit: event.references("visit").first,
            assignees: event.references("assignees"), parts: event.references("parts"))
    }
}

extension PartUse {
    fileprivate init?(_ record: StoredRecord) {
        guard let written = EventFields(record, of: Catalogue.partUsage).written("visit") else { return nil }
        self.init(id: record.id, author: written.author, timestamp: written.timestamp)
    }
}

extension AssetEvent {
    /// Nil for a kind of event that this version does not know.
    fileprivate init?(_ record: StoredRecord) {
        let event = EventFields(record, of: Catalogue.assetEvent)
        guard let kind = event.text("kind").flatMap(AssetEventKind.init(rawValue:)), let written = event.written else {
            return nil
        }
        self.init(
            id: record.id, kind: kind, author: written.author, timestamp: written.timestamp,
            occurredAt: event.values("occurred_at").first.flatMap(Instant.init), after: event.references("after"),
            outcome: event.text("outcome"), other: event.references("other").first)
    }
}

/// An event's fields by name.
private struct EventFields {
    let entity: EntityDeclaration
    let state: RecordState

    init(_ record: StoredRecord, of entity: EntityDeclaration) {
        self.entity = entity
        state = record.shown
    }

    /// The write that made the event, as its kind carries it.
    var written: Sibling? { written("kind") }

    /// The write that gave a field its value.
    func written(_ field: String) -> Sibling? { entity.field(named: field).flatMap { $0.shown(state[$0.tag]) } }

    func values(_ field: String) -> [Value] { entity.shown(field, of: state) }

    func text(_ field: String) -> String? {
        if case .text(let text)? = values(field).first { text } else { nil }
    }

    func references(_ field: String) -> [RecordID] {
        values(field).compactMap { if case .reference(let id) = $0 { id } else { nil } }
    }
}
