import FieldModel
import SyncCore
import SyncStore

/// What a node keeps aside, in plain words.
struct HeldWords {
    private static let namedMax = 3

    let names: RecordNames

    func message(_ held: HeldView) throws -> Words {
        let device = held.replica?.description ?? "–"
        let looked = Words("`\(program) dismiss \(held.name)` when you have.", "处理后：\(program) dismiss \(held.name)")
        switch held.kind {
        case .witness: return try witness(held)
        case .contradicted:
            return Words(
                "\(held.sets) change sets of device \(device) say something else than what others had told of them. "
                    + "The records stay as they are; look who uses the device, \(looked.en)",
                "设备 \(device) 的 \(held.sets) 个变更集与他处所知不符。记录保持不变，请核查该设备。\(looked.zh)")
        case .forked:
            return Words(
                "\(held.sets) change sets are of a copy of device \(device): its next exchange writes them again. "
                    + "Ask who copied it, \(looked.en)",
                "\(held.sets) 个变更集来自设备 \(device) 的副本，下次同步时会重新写入。请核查是谁复制了它。\(looked.zh)")
        case .compromised: return try compromised(held)
        case .suspect:
            let (person, called) = (try person(of: held), try called(held))
            return Words(
                "\(held.sets) change sets of a device of \(person) were taken in before it was known that others may have its key: "
                    + "look at \(called) and correct what is wrong, \(looked.en)",
                "\(person) 的设备有 \(held.sets) 个变更集在得知密钥泄露之前已被接收：请核查 \(called) 并更正。\(looked.zh)")
        case .unverified(let reason):
            return Words(
                "\(held.sets) change sets of device \(device) did not verify (\(reason)) and were not taken. "
                    + "Look at the device, \(looked.en)",
                "设备 \(device) 的 \(held.sets) 个变更集未通过校验（\(reason)），未被接收。请检查该设备。\(looked.zh)")
        case .setBack(let evidence):
            return Words(
                "This node was set back to an earlier state of itself: \(evidence). It began a new epoch, and branches and "
                    + "devices send again what it lost. If nobody restored it, look at its disk, \(looked.en)",
                "本节点退回到了较早的状态（\(evidence)），已开始新纪元，分公司和设备会重新发送丢失的内容。若无人恢复过它，请检查磁盘。\(looked.zh)")
        }
    }

    private func witness(_ held: HeldView) throws -> Words {
        let (person, called) = (try person(of: held), try called(held))
        return Words(
            "A device of \(person) holds \(called) as this node does not know it. `\(program) accept \(held.name)` takes "
                + "that in, `\(program) dismiss \(held.name)` leaves it.",
            "\(person) 的设备保存的 \(called) 与此处不同。\(program) accept \(held.name)：采纳；"
                + "\(program) dismiss \(held.name)：不采纳。")
    }

    private func compromised(_ held: HeldView) throws -> Words {
        let (person, called) = (try person(of: held), try called(held))
        return Words(
            "\(held.sets) change sets of a device of \(person) about \(called) are of a time when others may have had its "
                + "key. Ask \(person): `\(program) accept \(held.name)` takes them in, `\(program) dismiss \(held.name)` "
                + "leaves them.",
            "\(person) 的设备有 \(held.sets) 个变更集（\(called)）写于密钥可能泄露之后。请向其本人核实。"
                + "\(program) accept \(held.name)：采纳；\(program) dismiss \(held.name)：不采纳。")
    }

    private func person(of held: HeldView) throws -> String {
        try held.author.map { try names.name(of: $0) } ?? held.replica?.description ?? "–"
    }

    private func called(_ held: HeldView) throws -> String {
        let called = try held.records.prefix(Self.namedMax).map { try names.name(of: $0) }.joined(separator: ", ")
        return held.records.count > Self.namedMax ? called + ", … (\(held.records.count))" : called
    }
}

extension HeldView {
    func json(_ message: String) -> JSONValue {
        .object([
            ("id", .string(name)), ("kind", .string(word)),
            ("replica", replica.map { .string($0.description) } ?? .null),
            ("sets", .integer(Int64(sets))), ("at", Moments.json(at)),
            ("records", .array(records.map { .string($0.description) })), ("message", .string(message)),
        ])
    }

    private var word: String {
        switch kind {
        case .witness: "witness"
        case .contradicted: "contradicted"
        case .forked: "forked"
        case .compromised: "compromised"
        case .suspect: "suspect"
        case .unverified: "unverified"
        case .setBack: "set_back"
        }
    }
}
