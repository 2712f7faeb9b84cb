/// The catalogue: chains and checkpoints.
extension ErrorCode {
    /// Nil for a code of another part of the catalogue.
    var chainEntry: ErrorEntry? {
        switch self {
        case .badSignature:
            ErrorEntry(
                400, 14, .askAHuman,
                ErrorWords("A signature is not that of its author.", "签名与作者不符。"),
                ErrorWords(
                    "Nothing of it was taken. Report it: bytes were changed on their way, or somebody tried to.",
                    "内容未被接受。请报告：数据在途中被改动，或有人试图改动。"))
        case .replicaForked:
            ErrorEntry(
                409, 12, .fixRequest,
                ErrorWords(
                    "Two databases wrote under one replica id: one is a copy of the other.",
                    "两个数据库使用了同一副本编号：其中一个是另一个的拷贝。"),
                ErrorWords(
                    "Nothing to do; this replica takes a new id and sends its work again.", "无需处理；本副本会换用新编号并重新发送。"))
        case .replicaOwned:
            ErrorEntry(
                409, 14, .askAHuman,
                ErrorWords("This replica id belongs to another key.", "该副本编号属于另一把密钥。"),
                ErrorWords("Enrol this device again.", "请重新注册本设备。"))
        case .sequenceGap:
            ErrorEntry(
                409, 12, .fixRequest,
                ErrorWords("The node lacks what comes before this.", "节点缺少此前的内容。"),
                ErrorWords("Nothing to do; it is sent again from where the node is.", "无需处理；将从节点所在位置重新发送。"))
        case .epochChanged:
            ErrorEntry(
                409, 12, .fixRequest,
                ErrorWords("The node was restored and began a new epoch.", "节点已从备份恢复并开始新纪元。"),
                ErrorWords("Nothing to do; both sides compare what they hold.", "无需处理；双方会比对所持数据。"))
        case .badCheckpoint:
            ErrorEntry(
                409, 12, .fixRequest,
                ErrorWords("The node does not know this checkpoint or cursor.", "节点不认识此检查点或游标。"),
                ErrorWords("Nothing to do; both sides compare what they hold.", "无需处理；双方会比对所持数据。"))
        default: nil
        }
    }
}
