import SyncCore

/// Why a write is refused.
extension Messages {
    /// - Parameter creating: what is not there yet cannot be proposed to be changed.
    static func forbidden(_ field: Words, _ entity: Words, creating: Bool) -> Words {
        let way =
            creating
            ? Words("Ask the office to change it.", "请联系办公室修改。")
            : Words("Propose it (field propose), or ask the office.", "可用 field propose 提出建议，或联系办公室。")
        return Words(
            "Your role may not write \(field.en) of this \(entity.en.lowercased()). \(way.en)",
            "你的角色不能填写\(entity.zh)的“\(field.zh)”。\(way.zh)")
    }

    static let decisionOfOthers = Words(
        "Only somebody who may write the field decides about a proposal for it.", "只有能填写该字段的人才能决定此建议。")

    /// What somebody writes lies in none of the scopes that he holds.
    package static let outsideScope = Words(
        "This is outside what is yours to work on. Ask the office to assign you the order, or to give you access.",
        "这不在你的工作范围内。请联系办公室派工，或为你授权。")

    /// What somebody would give away is not his.
    package static let notYoursToGive = Words(
        "This would open to somebody what you have no access to yourself. Ask the office, or headquarters, to do it.",
        "这会向他人开放你自己无权访问的内容。请由办公室或总部操作。")

    static let ownOrderOnly = Words(
        "You may make an order for yourself only. The dispatcher assigns others.",
        "你只能为自己创建工单，其他人由调度员指派。")

    static let ownOrderTypes = Words(
        "An order for yourself is a repair, an emergency or a visit.",
        "为自己创建的工单只能是维修、抢修或拜访。")

    static let ownVisitOnly = Words(
        "You may write your own visits only.", "你只能填写自己的上门记录。")

    static func eventOfOthers(_ kind: WorkEventKind) -> Words {
        kind.isOffice
            ? Words("That an order is \(kind.label.en) is for the dispatcher to say.", "工单的“\(kind.label.zh)”由调度员操作。")
            : Words("\"\(kind.label.en)\" is for the technician to say.", "“\(kind.label.zh)”由技术员操作。")
    }

    static let reportOfDevice = Words(
        "What a device reported is for its node to write.", "设备的回报由其节点记录。")

    package static let deviceOfOtherBranch = Words(
        "This device is of another branch: its manager or an administrator decides about it.",
        "该设备属于其他分公司，由该分公司经理或管理员决定。")

    package static let lastAdministrator = Words(
        "This is the last administrator of the organisation: make somebody else one first.",
        "这是本组织最后一名管理员：请先指定另一名管理员。")

    package static let erasureOfOthers = Words(
        "Headquarters alone erases what is personal about somebody.", "个人信息只能由总部删除。")

    package static func unsealed(_ field: Words) -> Words {
        Words(
            "\(field.en) is personal and was not sealed under the key of the person.",
            "“\(field.zh)”属于个人信息，但未用当事人的密钥加密。")
    }

    static let unknownType = Words(
        "This version does not know this type of record.", "本版本不认识这种记录类型。")

    static func unknownField(_ tag: FieldTag, _ entity: Words) -> Words {
        Words(
            "This version knows no field \(tag) of a \(entity.en.lowercased()).", "本版本的\(entity.zh)没有字段 \(tag)。")
    }

    static func neverEdited(_ entity: Words) -> Words {
        Words(
            "A record of type \(entity.en.lowercased()) is never edited: write a new one that corrects it.",
            "“\(entity.zh)”记录不能修改：请新增一条更正记录。")
    }

    static func missing(_ field: Words) -> Words { Words("\(field.en) is missing.", "缺少“\(field.zh)”。") }

    static func derived(_ field: Words) -> Words {
        Words("\(field.en) follows from other records and cannot be set.", "“\(field.zh)”由其他记录推导，不能直接填写。")
    }

    static func setOnce(_ field: Words) -> Words {
        Words("\(field.en) is set already and cannot be changed.", "“\(field.zh)”已填写，不能更改。")
    }

    static func wrongType(_ field: Words) -> Words {
        Words("\(field.en) holds another type of value.", "“\(field.zh)”的值类型不符。")
    }

    static func wrongReference(_ field: Words, _ wanted: Words) -> Words {
        Words("\(field.en) must name a record of type \(wanted.en.lowercased()).", "“\(field.zh)”必须引用\(wanted.zh)。")
    }

    static func selfReference(_ field: Words) -> Words {
        Words("\(field.en) cannot name the record itself.", "“\(field.zh)”不能引用记录自身。")
    }

    static func outOfRange(_ field: Words) -> Words {
        Words("The value of \(field.en) is out of range.", "“\(field.zh)”的值超出范围。")
    }

    static func unknownChoice(_ field: Words, _ choices: [Choice]) -> Words {
        Words(
            "\(field.en) is one of: \(choices.map(\.word).joined(separator: ", ")).",
            "“\(field.zh)”只能是：\(choices.map { "\($0.word)（\($0.zh)）" }.joined(separator: "、"))。")
    }
}
