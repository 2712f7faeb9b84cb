import FieldModel
import SyncCore

/// Reads a value as a person at this machine types it.
enum FieldText {
    /// An instant without a zone is meant in the machine's zone, as it is on that day.
    static func parse(
        _ text: String, of field: FieldDeclaration, now: Int64, reference: (String, TypeTag?) throws -> RecordID
    ) throws -> Value {
        let today = LocalZone.offsetMinutes(at: now)
        let value = try field.parse(text, defaultOffsetMinutes: today, reference: reference)
        guard case .instant(let milliseconds, today) = value else { return value }
        return try field.parse(
            text, defaultOffsetMinutes: LocalZone.offsetMinutes(at: milliseconds), reference: reference)
    }
}
