/// The catalogue: what was asked for or written cannot be.
extension ErrorCode {
    /// Nil for a code of another part of the catalogue.
    var valueEntry: ErrorEntry? {
        switch self {
        case .usage:
            ErrorEntry(
                400, 2, .fixRequest,
                ErrorWords("The command is not written as it should be.", "命令用法不正确。"),
                ErrorWords("See --help.", "请参阅 --help。"))
        case .unknownType:
            ErrorEntry(
                422, 2, .fixRequest,
                ErrorWords("There is no such type of record.", "没有这种记录类型。"),
                ErrorWords("Check the word; the message lists the types.", "请检查类型名；提示中列出了可用类型。"))
        case .unknownField:
            ErrorEntry(
                422, 2, .fixRequest,
                ErrorWords("The record has no such field.", "该记录没有此字段。"),
                ErrorWords("Check the word; the message lists the fields.", "请检查字段名；提示中列出了可用字段。"))
        case .invalidValue:
            ErrorEntry(
                422, 2, .fixRequest,
                ErrorWords("The field cannot hold this value.", "该字段不能保存此值。"),
                ErrorWords("Write it as in the example.", "请按示例填写。"))
        case .unknownChoice:
            ErrorEntry(
                422, 2, .fixRequest,
                ErrorWords("The word is not one of those that the field knows.", "该词不在可选范围内。"),
                ErrorWords("Choose one of those in the message.", "请从提示的选项中选择。"))
        case .wrongType:
            ErrorEntry(
                422, 2, .fixRequest,
                ErrorWords("The field holds another type of value.", "该字段的值类型不同。"),
                ErrorWords("Write it as in the example.", "请按示例填写。"))
        case .wrongReference:
            ErrorEntry(
                422, 2, .fixRequest,
                ErrorWords("The field names a record of another type.", "该字段引用的记录类型不符。"),
                ErrorWords("Name a record of the type in the message.", "请引用提示所要求类型的记录。"))
        case .selfReference:
            ErrorEntry(
                422, 2, .fixRequest,
                ErrorWords("A record cannot name itself here.", "记录不能引用自身。"),
                ErrorWords("Name another record.", "请引用其他记录。"))
        case .outOfRange:
            ErrorEntry(
                422, 2, .fixRequest,
                ErrorWords("The value is outside what the field allows.", "该值超出字段允许的范围。"),
                ErrorWords("Choose a value in the range of the message.", "请填写提示范围内的值。"))
        case .missing:
            ErrorEntry(
                422, 2, .fixRequest,
                ErrorWords("A field that the record needs is missing.", "缺少必填字段。"),
                ErrorWords("Add it.", "请补充填写。"))
        case .notFound:
            ErrorEntry(
                404, 3, .fixRequest,
                ErrorWords("There is no such record, or none that you may see.", "没有此记录，或你无权查看。"),
                ErrorWords("Check the number, or search for it.", "请检查编号，或进行搜索。"))
        case .ambiguous:
            ErrorEntry(
                409, 3, .fixRequest,
                ErrorWords("More than one record is meant.", "可能指多条记录。"),
                ErrorWords("Choose one of the candidates.", "请从候选记录中选择一条。"))
        default: nil
        }
    }
}
