import Foundation
import SwiftProtobuf
import SyncCore
import SyncWire

/// Change sets and states as the generated types have them: a second, independent way to the same bytes.
enum WireGenerated {
    static func encode(_ set: ChangeSet, replica: ReplicaID) throws -> [UInt8] {
        let replicas = Set(
            set.changes.flatMap { ($0.write?.fields ?? []).flatMap { $0.overwrites.map(\.replica) } }
        ).subtracting([replica]).sorted()
        var message = WireChangeSet()
        message.milliseconds = UInt64(set.timestamp.milliseconds)
        message.counter = set.timestamp.counter
        message.author = Data(set.author.bytes)
        message.replaces = Data(set.replaces ?? [])
        message.replicas = replicas.map(\.raw)
        message.changes = set.changes.map { change($0, table: [replica] + replicas) }
        return try message.serializedBytes()
    }

    private static func change(_ change: Change, table: [ReplicaID]) -> WireChange {
        var message = WireChange()
        message.record = Data(change.record.bytes)
        message.type = change.type
        switch change.effect {
        case .witness(let state): message.witness = record(type: change.type, id: change.record, state: state)
        case .write(let write):
            message.creates = write.creates
            message.fields = write.fields.map { field($0, table: table) }
            if let rule = write.rule {
                message.rule = Data(rule.bytes)
                message.ruleDot = write.dot.replica.raw
            } else {
                message.n = write.dot.n
            }
        }
        return message
    }

    private static func field(_ field: FieldWrite, table: [ReplicaID]) -> WireFieldWrite {
        var message = WireFieldWrite()
        message.tag = field.tag
        message.value = field.value.map(writeValue)
        message.overwrites = field.overwrites.flatMap { [UInt64(table.firstIndex(of: $0.replica) ?? .max), $0.n] }
        return message
    }

    static func encode(type: TypeTag, id: RecordID, state: RecordState) throws -> [UInt8] {
        try record(type: type, id: id, state: state).serializedBytes()
    }

    private static func record(type: TypeTag, id: RecordID, state: RecordState) -> WireRecordState {
        let siblings = state.fields.flatMap { field in field.state.siblings.map { (tag: field.tag, sibling: $0) } }
        let superseded = state.fields.flatMap { field in field.state.superseded.map { (field.tag, $0) } }
        let replicas = Set(
            state.known.runs.map(\.replica) + siblings.map(\.sibling.dot.replica) + superseded.map(\.1.replica)
        ).sorted()
        let authors = Set(siblings.map(\.sibling.author)).sorted()
        func index(_ replica: ReplicaID) -> UInt32 { UInt32(replicas.firstIndex(of: replica) ?? .max) }
        var message = WireRecordState()
        message.id = Data(id.bytes)
        message.type = type
        message.replicas = replicas.map(\.raw)
        message.authors = authors.map { Data($0.bytes) }
        message.known = state.known.runs.map { run in
            .with {
                $0.replica = index(run.replica); $0.skipped = run.first - 1; $0.last = run.last
            }
        }
        for dot in Set(siblings.map(\.sibling.dot)).sorted() {
            let written = siblings.filter { $0.sibling.dot == dot }
            message.writes.append(
                .with { write in
                    write.replica = index(dot.replica)
                    write.n = dot.n
                    write.millisecondsAfterID = written[0].sibling.timestamp.milliseconds - id.milliseconds
                    write.counter = written[0].sibling.timestamp.counter
                    write.author = UInt32(authors.firstIndex(of: written[0].sibling.author) ?? .max)
                    write.fields = written.map { entry in
                        .with {
                            $0.tag = entry.tag; $0.value = value(entry.sibling.value)
                        }
                    }
                })
        }
        message.superseded = superseded.map { tag, dot in
            .with {
                $0.tag = tag; $0.replica = index(dot.replica); $0.n = dot.n
            }
        }
        return message
    }

    private static func writeValue(_ value: Value) -> WireFieldWrite.OneOf_Value {
        switch self.value(value) {
        case .text(let text): .text(text)
        case .integer(let integer): .integer(integer)
        case .decimal(let decimal): .decimal(decimal)
        case .boolean(let boolean): .boolean(boolean)
        case .instant(let instant): .instant(instant)
        case .date(let date): .date(date)
        case .money(let money): .money(money)
        case .reference(let reference): .reference(reference)
        case .known(let known): .known(known)
        case .sealed(let sealed): .sealed(sealed)
        }
    }

    private static func value(_ value: Value) -> WireFieldValue.OneOf_Value {
        switch value {
        case .text(let text): .text(text)
        case .integer(let integer): .integer(integer)
        case .decimal(let unscaled, let scale):
            .decimal(
                .with {
                    $0.unscaled = unscaled; $0.scale = UInt32(scale)
                })
        case .bool(let bool): .boolean(bool)
        case .instant(let milliseconds, let offset):
            .instant(
                .with {
                    $0.milliseconds = milliseconds; $0.offsetMinutes = Int32(offset)
                })
        case .date(let days): .date(days)
        case .money(let minor, let currency):
            .money(
                .with {
                    $0.minor = minor; $0.currency = currency
                })
        case .reference(let id): .reference(Data(id.bytes))
        case .known(let dots):
            .known(
                .with { known in
                    known.runs = dots.runs.map { run in
                        .with {
                            $0.replica = run.replica.raw; $0.first = run.first; $0.last = run.last
                        }
                    }
                })
        case .sealed(let key, let content):
            .sealed(
                .with {
                    $0.key = key; $0.content = Data(content)
                })
        case .opaque: preconditionFailure("the generated types know no kind of value that this version does not know")
        }
    }
}
