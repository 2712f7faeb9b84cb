import FieldModel
import SyncStore
import SyncWire

extension VerbContext {
    /// Somebody has looked at a wrong audit.
    package func dismissAlarm(_ id: String) throws -> Report {
        guard try store.write({ try $0.dismissHeld(id) }) else {
            throw VerbFailure(
                .notFound, Words("Nothing that waits here has the id \"\(id)\".", "没有编号为“\(id)”的待处理事项。"))
        }
        return Report(
            .object([("id", .string(id)), ("dismissed", .bool(true))]),
            remarks: [Words("It is listed no more.", "不再列出。")])
    }
}
