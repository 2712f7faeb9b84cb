import FieldModel
import SyncCore
import SyncStore

extension SiblingView {
    /// SIBLING of the contract, and the author's name where it is known.
    var jsonSibling: JSONValue {
        .object([
            ("dot", .string(dot.description)), ("value", json), ("author", .string(author.description)),
            ("author_name", authorName.map(JSONValue.string) ?? .null), ("replica", .string(replica.description)),
            ("at", Moments.json(at)), ("mine", .bool(mine)),
        ])
    }
}

extension ReceiptStage {
    /// `local`, `branch` or `hq`.
    var word: String { "\(self)" }

    var label: Words {
        switch self {
        case .local: Words("on this device", "本机")
        case .branch: Words("at the branch", "已到分公司")
        case .hq: Words("at HQ", "已到总部")
        }
    }
}
