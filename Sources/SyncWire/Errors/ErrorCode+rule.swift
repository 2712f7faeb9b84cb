/// The catalogue: rules that refuse.
extension ErrorCode {
    /// Nil for a code of another part of the catalogue.
    var ruleEntry: ErrorEntry? {
        switch self {
        case .scopeDenied:
            ErrorEntry(
                403, 4, .askAHuman,
                ErrorWords("This is outside what you may see or change.", "超出你可查看或修改的范围。"),
                ErrorWords("Ask the office for access.", "请向办公室申请权限。"))
        case .fieldForbidden:
            ErrorEntry(
                403, 4, .askAHuman,
                ErrorWords("Your role may not write this field.", "你的角色不能填写此字段。"),
                ErrorWords("Ask somebody who may, or discard the change.", "请由有权限的人填写，或放弃此修改。"))
        case .notOwn:
            ErrorEntry(
                403, 4, .fixRequest,
                ErrorWords("You may write this for yourself only.", "此内容只能由本人填写。"),
                ErrorWords("Change it to your own, or ask the dispatcher.", "请改为本人的内容，或联系调度员。"))
        case .unknownAuthor:
            ErrorEntry(
                403, 4, .askAHuman,
                ErrorWords("The node does not know the person who wrote this.", "节点不认识此内容的作者。"),
                ErrorWords("Ask the administrator whether the account was closed.", "请向管理员确认账号是否已停用。"))
        case .keyCompromised:
            ErrorEntry(
                403, 4, .askAHuman,
                ErrorWords("Others may have had this device's key when this was written.", "写入此内容时，本机密钥可能已落入他人之手。"),
                ErrorWords("Ask the office: it can confirm what is yours.", "请联系办公室确认哪些是你本人的内容。"))
        case .creationRefused:
            ErrorEntry(
                409, 4, .askAHuman,
                ErrorWords("The record that this changes was itself refused.", "此修改所针对的记录本身已被拒绝。"),
                ErrorWords("Amend the refused record first.", "请先修正被拒绝的记录。"))
        case .constraint:
            ErrorEntry(
                422, 4, .fixRequest,
                ErrorWords("This breaks a rule of the records that it is about.", "此内容违反相关记录的规则。"),
                ErrorWords("Read the message, amend it, and send it again.", "请阅读提示，修正后重新发送。"))
        case .derived:
            ErrorEntry(
                422, 4, .fixRequest,
                ErrorWords("The field follows from other records and cannot be set.", "该字段由其他记录推导，不能直接填写。"),
                ErrorWords("Change the records that it follows from.", "请修改其来源记录。"))
        case .setOnce:
            ErrorEntry(
                409, 4, .askAHuman,
                ErrorWords("The field is set already and cannot be changed.", "该字段已填写，不能更改。"),
                ErrorWords("Keep it as it is, or write a new record.", "请保持原样，或新建一条记录。"))
        case .neverEdited:
            ErrorEntry(
                409, 4, .fixRequest,
                ErrorWords("A record of this type is never edited.", "此类记录不能修改。"),
                ErrorWords("Write a new record that corrects it.", "请新增一条更正记录。"))
        case .exists:
            ErrorEntry(
                409, 4, .fixRequest,
                ErrorWords("There is one of this name already.", "同名对象已存在。"),
                ErrorWords("Choose another name, or use the one that is there.", "请换一个名称，或使用已有的。"))
        case .unsealed:
            ErrorEntry(
                422, 4, .fixRequest,
                ErrorWords("What is personal was not sealed under its person's key.", "个人信息未用当事人的密钥加密。"),
                ErrorWords("Report this: the program that wrote it has a defect.", "请报告此问题：写入它的程序有缺陷。"))
        case .personKeyMissing:
            ErrorEntry(
                422, 4, .fixRequest,
                ErrorWords(
                    "The key of what is sealed did not come with it.", "内容已加密，但密钥没有随之送来。"),
                ErrorWords("Report this: the sender has a defect; nothing was taken.", "请报告此问题：发送方有缺陷；未接收任何内容。"))
        case .personErased:
            ErrorEntry(
                409, 4, .askAHuman,
                ErrorWords("What was personal about this person was erased.", "此人的个人信息已按规定删除。"),
                ErrorWords(
                    "If he is a customer again, make a new contact.", "如此人再次成为客户，请新建联系人。"))
        default: nil
        }
    }
}
