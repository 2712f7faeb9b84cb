/// The sentences in which a person reads that work clashes with what the office said, what is kept, and who decides.
package struct DecisionMessage: Sendable {
    /// Whom they are said to.
    package enum Reader: Sendable, Hashable {
        /// The person whose work it is.
        case worker
        /// Somebody whom it concerns besides, such as the one who has the order now.
        case colleague
        /// Whoever is to decide.
        case owner
    }

    let reason: OrderFlag.Reason
    /// The name of who did it; nil where it is not known here. Not said to himself.
    let worker: String?
    /// As `did` gives it, and when, such as `14:05`.
    let did: Words
    let at: Words
    /// When the office, or the other person, said otherwise.
    let otherAt: Words
    /// Of two acceptances: whose the other one is.
    let other: String?
    /// Whether he had seen what the office said.
    let knew: Bool

    package init(
        _ reason: OrderFlag.Reason, worker: String?, did: Words, at: Words, otherAt: Words, other: String? = nil,
        knew: Bool = false
    ) {
        self.reason = reason
        self.worker = worker
        self.did = did
        self.at = at
        self.otherAt = otherAt
        self.other = other
        self.knew = knew
    }

    /// `finished WO-1`, `完成了工单 WO-1`.
    package static func did(_ kind: WorkEventKind, _ order: String) -> Words {
        switch kind {
        case .finished: Words("finished \(order)", "完成了工单 \(order)")
        case .started: Words("started \(order)", "开始了工单 \(order)")
        case .resumed: Words("resumed \(order)", "继续了工单 \(order)")
        case .accepted: Words("accepted \(order)", "接了工单 \(order)")
        default:
            Words("entered \"\(kind.label.en)\" for \(order)", "为工单 \(order) 登记了“\(kind.label.zh)”")
        }
    }

    /// - Parameter parts: such as `HOSE-32 × 1`.
    package static func used(_ parts: String, _ order: String) -> Words {
        Words("used \(parts) for \(order)", "为工单 \(order) 使用了 \(parts)")
    }

    /// - Parameters:
    ///   - owner: the role that decides.
    ///   - due: until when, such as `Tue 09:10`.
    ///   - ways: the commands that decide it; said to whoever is to decide.
    package func words(to reader: Reader, owner: Role, due: Words, ways: String) -> Words {
        let facts = facts(mine: reader == .worker)
        switch reader {
        case .worker, .colleague:
            return Words(
                "\(facts.en). The \(owner.label.en.lowercased()) will decide \(question.en). You need do nothing.",
                "\(facts.zh)，由\(owner.label.zh)决定\(question.zh)。你不用操作。")
        case .owner:
            return Words(
                "\(facts.en). Decide \(question.en) by \(due.en): \(ways)",
                "\(facts.zh)。请在 \(due.zh) 前决定\(question.zh)：\(ways)")
        }
    }

    private var question: Words {
        switch reason {
        case .secondAcceptance, .reassignedButAccepted: Words("who goes", "由谁前往")
        case .cancelledButDone, .lateVisit, .lateEvent, .latePart: Words("whether it is charged", "是否计费")
        }
    }

    private func facts(mine: Bool) -> Words {
        let who = mine ? Words("You", "你") : Words(worker ?? "A colleague", "\(worker ?? "同事") ")
        let first = Words("\(who.en) \(did.en) at \(at.en). ", "\(who.zh)在 \(at.zh) \(did.zh)。")
        let rest = said(mine ? Words("your", "你的") : Words("the", "其"))
        return Words(first.en + rest.en, first.zh + rest.zh)
    }

    /// - Parameter whose: device and work it is.
    private func said(_ whose: Words) -> Words {
        let work = whose.en == "the" ? "The work" : "Your work"
        switch reason {
        case .cancelledButDone:
            let office = office("cancelled it", "had cancelled it", "取消了它", whose)
            return Words("\(office.en) \(work) is kept as a visit", "\(office.zh)。\(whose.zh)工作已作为一次上门保存")
        case .lateVisit:
            let office = office("gave it to somebody else", "had given it to somebody else", "把它改派给了别人", whose)
            return Words("\(office.en) \(work) is kept as a late visit", "\(office.zh)。\(whose.zh)工作已作为一次迟到的上门保存")
        case .reassignedButAccepted:
            let office = office("gave it to somebody else", "had given it to somebody else", "把它改派给了别人", whose)
            return Words("\(office.en) The acceptance is kept", "\(office.zh)。接单已保留")
        case .secondAcceptance:
            return Words(
                "\(other ?? "A colleague") accepted it too, at \(otherAt.en), and neither knew of the other. Both are kept",
                "\(other ?? "同事") 在 \(otherAt.zh) 也接了单，双方当时都不知情。两次接单都已保留")
        case .lateEvent, .latePart:
            return Words(
                "The office closed it at \(otherAt.en) without knowing of that. It is kept, and the order is shown as "
                    + "closed (amended)",
                "办公室在 \(otherAt.zh) 关闭工单时尚不知情。内容已保存，工单显示为“已关闭（有补充）”")
        }
    }

    private func office(_ did: String, _ had: String, _ chinese: String, _ whose: Words) -> Words {
        knew
            ? Words("The office \(had) at \(otherAt.en).", "办公室已在 \(otherAt.zh) \(chinese)")
            : Words(
                "The office \(did) at \(otherAt.en), before \(whose.en) device could know.",
                "办公室在 \(otherAt.zh) \(chinese)，\(whose.zh)设备当时还没收到")
    }
}
