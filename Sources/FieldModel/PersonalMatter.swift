package import SyncCore

/// Whom a personal field of a record is about.
package enum PersonalMatter {
    /// - Parameters:
    ///   - subject: of a proposal: what it is about; nil where that is not known here.
    /// - Returns: the record that the person is; nil when the field tells about nobody.
    package static func person(
        in record: RecordID, _ type: TypeTag, _ tag: FieldTag, subject: () throws -> RecordID?
    ) rethrows -> RecordID? {
        switch Catalogue.entity(type)?.field(tag: tag)?.personal {
        case nil: nil
        case .ofSubject?: try subject()
        case .name?, .phone?, .email?: record
        }
    }
}
