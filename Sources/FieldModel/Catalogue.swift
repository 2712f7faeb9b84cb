package import SyncCore

/// Every entity type that this version knows, declared once: store, command line, console, exports and documents
/// read it.
package enum Catalogue {
    /// Raised by one with every change to the declarations.
    package static let version = 7

    package static let entities: [EntityDeclaration] = [
        account, contact, site, product, part, asset, assetEvent, request, workOrder, workEvent, visit, partUsage, note,
        user, branch, attachment, grant, proposal, device, deviceOrder, erasure,
    ]

    package static func entity(named name: String) -> EntityDeclaration? { byName[name].map { entities[$0] } }

    package static func entity(_ tag: TypeTag) -> EntityDeclaration? { byTag[tag].map { entities[$0] } }

    private static let byName = Dictionary(uniqueKeysWithValues: entities.enumerated().map { ($1.name, $0) })
    private static let byTag = Dictionary(uniqueKeysWithValues: entities.enumerated().map { ($1.tag, $0) })
}

/// The permanent tags of the entity types.
package enum EntityTag {
    package static let account: TypeTag = 1
    package static let contact: TypeTag = 2
    package static let site: TypeTag = 3
    package static let product: TypeTag = 4
    package static let part: TypeTag = 5
    package static let asset: TypeTag = 6
    package static let assetEvent: TypeTag = 7
    package static let request: TypeTag = 8
    package static let workOrder: TypeTag = 9
    package static let workEvent: TypeTag = 10
    package static let visit: TypeTag = 11
    package static let partUsage: TypeTag = 12
    package static let note: TypeTag = 13
    package static let user: TypeTag = 14
    package static let branch: TypeTag = 15
    package static let attachment: TypeTag = 16
    package static let grant: TypeTag = 17
    package static let proposal: TypeTag = 40
    package static let device: TypeTag = 60
    package static let deviceOrder: TypeTag = 61
    package static let erasure: TypeTag = 62
}
