import FieldModel
import Foundation
import SyncStore

extension VerbContext {
    /// The people of whom nothing tells for so many years that they are still needed, as a list.
    /// - Parameter years: at least 1.
    package func peopleDue(years: Int) throws -> Report {
        let today = Date(timeIntervalSince1970: Double(now) / 1000)
        guard let limit = Calendar(identifier: .gregorian).date(byAdding: .year, value: -years, to: today) else {
            return .list([]) { _ in [] }
        }
        let found = try store.read { try $0.peopleUnused(since: Int64(limit.timeIntervalSince1970 * 1000)) }
        let items = found.map { person in
            JSONValue.object(
                person.record.jsonHead + [
                    ("name", person.record.title.map(JSONValue.string) ?? .null),
                    ("last_used_at", Moments.json(person.lastUsedAt)),
                ])
        }
        var table = TextTable()
        for person in found {
            table.add([
                Moments.text(person.lastUsedAt), RecordNames.suffix(of: person.record.id), person.record.title ?? "–",
            ])
        }
        let lines = found.isEmpty ? [Words("Nobody is due.", "无人到期。")[language]] : table.lines
        let remarks =
            found.isEmpty
            ? []
            : [
                Words(
                    "Whom you need no more: fieldsyncd person erase ID --reason TEXT",
                    "不再需要者：fieldsyncd person erase ID --reason 原因")
            ]
        return .list(items, remarks: remarks) { _ in lines }
    }
}
