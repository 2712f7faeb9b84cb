package import FieldModel
package import SyncCore

/// All that a node knows of a device: its record, which travels, what is ordered about it, and what this node itself
/// saw of it.
package struct DeviceView: Sendable {
    package let id: RecordID
    package let name: String
    package let code: String
    package let user: RecordID?
    /// Of the person; nil where his record is not here.
    package let login: String?
    /// Of the node that certified it; nil where its record is not here.
    package let branch: String?
    package let standing: DeviceStanding
    /// Nil for a device of another node.
    package let enrolled: RegisteredDevice?
}

extension ReadAccess {
    /// In the order of their enrolment: at HQ those of every branch.
    package func deviceViews() throws -> [DeviceView] { try deviceRecords().map(view) }

    package func deviceView(_ id: RecordID) throws -> DeviceView? { try deviceRecord(id).map(view) }

    private func view(_ record: DeviceRecord) throws -> DeviceView {
        DeviceView(
            id: record.id, name: record.name, code: record.code, user: record.user,
            login: try record.user.flatMap { try person($0)?.login },
            branch: try record.branch.flatMap { try branchRecord($0)?.name },
            standing: try standing(ofDevice: record.id), enrolled: try device(record.id))
    }
}
