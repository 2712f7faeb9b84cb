import FieldModel
import SyncCore

/// The records whose derived fields may follow from what was changed.
struct AffectedRecords {
    var orders: Set<RecordID> = []
    var visits: Set<RecordID> = []
    var requests: Set<RecordID> = []
    var assets: Set<RecordID> = []
    var accounts: Set<RecordID> = []
    /// Of which the accounts are affected.
    var sites: Set<RecordID> = []
    /// At which something was used: their orders are affected.
    var supplied: Set<RecordID> = []

    /// A record that has derived fields itself, and nothing that follows from it.
    mutating func insert(_ type: TypeTag, _ id: RecordID) {
        switch type {
        case EntityTag.visit: visits.insert(id)
        case EntityTag.workOrder: orders.insert(id)
        case EntityTag.asset: assets.insert(id)
        case EntityTag.request: requests.insert(id)
        case EntityTag.account: accounts.insert(id)
        default: break
        }
    }

    /// Takes note of what a record said and says.
    /// - Parameters:
    ///   - before: nil for a new row, whose own derived fields follow from its events when it is written.
    ///   - changed: the fields that are not what they were.
    mutating func add(_ record: StoredRecord, before: RecordState?, changed: [FieldTag]?) {
        let (type, id) = (record.type, record.id)
        if let changed, !changed.contains(where: { Self.others(followFrom: $0, of: type) }) { return }
        if type == EntityTag.request || type == EntityTag.account { insert(type, id) }
        if let before { addSubjects(type, id, before) }
        addSubjects(type, id, record.shown)
    }

    /// Takes note of a record that is here no more.
    mutating func remove(_ record: StoredRecord) { addSubjects(record.type, record.id, record.shown) }

    /// Whether anything is derived from a field: of an order it is what it belongs to, not what it says.
    private static func others(followFrom field: FieldTag, of type: TypeTag) -> Bool {
        switch type {
        case EntityTag.workOrder: [.deleted, Tag.orderRequest, Tag.orderSite].contains(field)
        case EntityTag.asset: [.deleted, Tag.assetSite].contains(field)
        case EntityTag.site: [.deleted, Tag.siteAccount].contains(field)
        case EntityTag.visit: field == Tag.visitOrder
        case EntityTag.workEvent, EntityTag.assetEvent, EntityTag.request, EntityTag.account, EntityTag.partUsage: true
        default: false
        }
    }

    /// The records that this one belongs to.
    private mutating func addSubjects(_ type: TypeTag, _ id: RecordID, _ state: RecordState) {
        func add(_ tag: FieldTag, to affected: inout Set<RecordID>) {
            if case .reference(let id)? = state[tag].latest?.value { affected.insert(id) }
        }
        switch type {
        case EntityTag.workEvent:
            add(Tag.eventOrder, to: &orders)
            add(Tag.eventVisit, to: &visits)
        case EntityTag.assetEvent: add(Tag.eventAsset, to: &assets)
        case EntityTag.visit: add(Tag.visitOrder, to: &orders)
        case EntityTag.partUsage: add(Tag.partVisit, to: &supplied)
        case EntityTag.workOrder:
            add(Tag.orderRequest, to: &requests)
            add(Tag.orderSite, to: &sites)
        case EntityTag.request:
            add(Tag.requestAccount, to: &accounts)
            add(Tag.requestSite, to: &sites)
        case EntityTag.asset: add(Tag.assetSite, to: &sites)
        case EntityTag.site: add(Tag.siteAccount, to: &accounts)
        default: break
        }
    }

    /// The fields that say what a record belongs to, all of them registers.
    private enum Tag {
        static let eventOrder = of(Catalogue.workEvent, "order")
        static let eventVisit = of(Catalogue.workEvent, "visit")
        static let eventAsset = of(Catalogue.assetEvent, "asset")
        static let visitOrder = of(Catalogue.visit, "order")
        static let partVisit = of(Catalogue.partUsage, "visit")
        static let orderRequest = of(Catalogue.workOrder, "request")
        static let orderSite = of(Catalogue.workOrder, "site")
        static let requestAccount = of(Catalogue.request, "account")
        static let requestSite = of(Catalogue.request, "site")
        static let assetSite = of(Catalogue.asset, "site")
        static let siteAccount = of(Catalogue.site, "account")

        private static func of(_ entity: EntityDeclaration, _ name: String) -> FieldTag {
            guard let field = entity.field(named: name), field.kind == .register else {
                preconditionFailure("a \(entity.name) belongs to its \(name)")
            }
            return field.tag
        }
    }
}
