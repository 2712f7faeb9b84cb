package import FieldModel
package import Foundation
package import SyncCore
package import SyncStore

/// What a verb works with: the records, and who is at work.
package struct VerbContext {
    package let store: Store
    /// The person's record, or the node's own.
    package let author: RecordID
    /// The branch, or HQ, that serves the writer: the scope of what belongs nowhere else.
    package let home: RecordID
    /// Of readable numbers.
    package let branchCode: String
    package let deviceCode: String
    package let output: Output
    /// Where relative paths start.
    package let directory: URL
    /// What the person should know of this device.
    package let notices: [Words]

    package init(
        store: Store, author: RecordID, home: RecordID, branchCode: String, deviceCode: String, output: Output,
        directory: URL = .currentDirectory(), notices: [Words] = []
    ) {
        self.store = store
        self.author = author
        self.home = home
        self.branchCode = branchCode
        self.deviceCode = deviceCode
        self.output = output
        self.directory = directory
        self.notices = notices
    }

    package var language: Language { output.language }

    /// Milliseconds since 1970 by this machine's clock.
    var now: Int64 { store.environment.wallMilliseconds() }

    /// This moment, in the machine's zone.
    var nowInstant: Value { .instant(milliseconds: now, offsetMinutes: LocalZone.offsetMinutes(at: now)) }

    /// Who writes. Nil: the person's record has not come here yet, so only the node can tell what he may.
    func writer(_ access: ReadAccess) throws -> Writer? {
        if access.role.isNode { return .node }
        guard let user = try access.record(author, type: EntityTag.user) else { return nil }
        guard case .many(let roles)? = user.record["roles"] else { return .person(author, roles: []) }
        let words = roles.compactMap { role in if case .text(let word) = role { word } else { nil } }
        return .person(author, roles: RoleSet(words: words))
    }
}
