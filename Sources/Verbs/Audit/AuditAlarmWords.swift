import FieldModel
import SyncCore
import SyncStore

/// A head of an audit that something contradicts, in plain words.
struct AuditAlarmWords {
    let names: RecordNames
    let isNode: Bool

    func message(_ alarm: AuditAlarm) throws -> Words {
        let looked = Words("`\(program) \(verb) \(alarm.name)` when you have.", "处理后：\(program) \(verb) \(alarm.name)")
        let node = try names.name(of: alarm.node)
        if alarm.other == nil {
            return Words(
                "This node signed entry \(alarm.n) of its audit, and does not have that entry as it was: it was set back, or "
                    + "somebody wrote into its data. Look with `\(program) audit verify`, \(looked.en)",
                "本节点签过的审计第 \(alarm.n) 条与现有不符：节点被回退，或有人改动了数据。请运行 \(program) audit verify。\(looked.zh)")
        }
        return Words(
            "\(node) showed an audit that contradicts what it signed before (entry \(alarm.n)). Tell headquarters, and give "
                + "them what `\(program) audit heads --out FILE` writes; \(looked.en)",
            "\(node) 出示的审计与其先前签名不符（第 \(alarm.n) 条）。请通知总部，并提供 \(program) audit heads --out FILE 的文件。\(looked.zh)")
    }

    private var verb: String { isNode ? "dismiss" : "audit dismiss" }

    func json(_ alarm: AuditAlarm, _ message: String) -> JSONValue {
        .object([
            ("id", .string(alarm.name)), ("node", .string(alarm.node.description)), ("n", .integer(alarm.n)),
            ("epoch", .string(Hex.digits(alarm.epoch))), ("at", Moments.json(alarm.at)), ("message", .string(message)),
        ])
    }
}
