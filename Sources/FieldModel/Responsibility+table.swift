package import SyncCore

extension Responsibility {
    private static let (hour, day): (Int64, Int64) = (3_600_000, 86_400_000)

    /// Of work that clashes with what the office said.
    package static func of(_ reason: OrderFlag.Reason) -> Responsibility {
        switch reason {
        case .secondAcceptance, .reassignedButAccepted: Responsibility(owner: .dispatcher, term: 4 * hour)
        case .cancelledButDone, .lateVisit, .lateEvent, .latePart: Responsibility(owner: .dispatcher, term: day)
        }
    }

    /// Of a field that was written concurrently; of `deleted`: of a record that was deleted and edited.
    package static func of(_ type: TypeTag, _ field: FieldTag) -> Responsibility {
        field == .deleted
            ? Responsibility(owner: ownerOfDeletion(type), term: 3 * day)
            : ofField(Catalogue.entity(type)?.field(tag: field)?.name ?? "")
    }

    private static func ofField(_ name: String) -> Responsibility {
        switch name {
        case "severity": Responsibility(owner: .supervisor, term: 4 * hour)
        case "fault_code", "cause_code", "action_code": Responsibility(owner: .supervisor, term: 3 * day)
        // What a claim stands on.
        case "sale_date", "invoice_no": Responsibility(owner: .branchManager, term: 3 * day)
        // Who and what somebody or something is: names, tax and serial numbers, addresses, models.
        default: Responsibility(owner: .dataSteward, term: 7 * day)
        }
    }

    private static func ownerOfDeletion(_ type: TypeTag) -> Role {
        switch type {
        case EntityTag.asset, EntityTag.assetEvent, EntityTag.visit, EntityTag.partUsage: .supervisor
        case EntityTag.request, EntityTag.workOrder, EntityTag.workEvent: .dispatcher
        case EntityTag.product, EntityTag.part: .accountHQ
        case EntityTag.user, EntityTag.branch, EntityTag.device, EntityTag.deviceOrder, EntityTag.grant,
            EntityTag.erasure:
            .admin
        default: .dataSteward
        }
    }
}
