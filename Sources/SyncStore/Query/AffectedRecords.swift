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

    /// Takes note of what a record says, before the change or after it.
    mutating func add(_ type: TypeTag, _ id: RecordID, _ state: RecordState) {
        func reference(_ field: String) -> [RecordID] {
            if case .reference(let id)? = Catalogue.entity(type)?.shown(field, of: state).first { [id] } else { [] }
        }
        insert(type, id)
        switch type {
        case EntityTag.workEvent:
            orders.formUnion(reference("order"))
            visits.formUnion(reference("visit"))
        case EntityTag.assetEvent: assets.formUnion(reference("asset"))
        case EntityTag.workOrder:
            requests.formUnion(reference("request"))
            sites.formUnion(reference("site"))
        case EntityTag.request:
            accounts.formUnion(reference("account"))
            sites.formUnion(reference("site"))
        case EntityTag.asset: sites.formUnion(reference("site"))
        case EntityTag.site: accounts.formUnion(reference("account"))
        default: break
        }
    }
}
