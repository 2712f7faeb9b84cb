package import FieldModel
import SyncCore

/// What an entry of the audit tells. The numbers are hashed into entries: permanent, never reused.
package enum AuditKind: UInt8, CaseIterable, Sendable {
    /// The audit begins here; what was in the log before is told by a digest.
    case begun = 1
    // A change set entered the log.
    case made = 2
    case applied = 3
    case refused = 4
    case undecided = 5
    case gone = 6
    // What became of a set that is in the log changed.
    case turnedApplied = 7
    case turnedRefused = 8
    /// Another node judged it otherwise; it stays as it is here.
    case judgedOtherwise = 9
    // Records came as states.
    case pulled = 10
    case mended = 11
    // Acts of an operator, and of those whom he invited.
    case invited = 12
    case deviceEnrolled = 13
    case deviceListed = 14
    case certificateRenewed = 15
    case branchEnrolled = 16
    case passwordSet = 17
    case confirmed = 18
    case dismissed = 19
    case restored = 20
    // What the node found out.
    case epochOpened = 21
    case setBack = 22
    case quarantined = 23
    case forkFound = 24
    case contradicted = 25
    // Acts of an operator about HQ's root key.
    case rootBackedUp = 40
    case rootRecovered = 41
    case rootRotated = 42
    /// What is personal was given out beyond what lists show.
    case disclosed = 26
    /// Headquarters forgot what was deleted a lease ago.
    case forgotten = 50

    /// How a set came into the log with this verdict.
    init(entering verdict: Verdict, own: Bool) {
        switch verdict {
        case .applied: self = own ? .made : .applied
        case .refused: self = .refused
        case .undecided: self = .undecided
        case .gone: self = .gone
        }
    }

    /// Of an entry with which a change set entered the log; nil for others.
    var entered: (verdict: Verdict, own: Bool)? {
        switch self {
        case .made: (.applied, true)
        case .applied: (.applied, false)
        case .refused: (.refused, false)
        case .undecided: (.undecided, false)
        case .gone: (.gone, false)
        default: nil
        }
    }

    /// What an entry changed of a set in the log; nil for others.
    var turned: Verdict? {
        switch self {
        case .turnedApplied: .applied
        case .turnedRefused: .refused
        default: nil
        }
    }

    /// For scripts.
    package var word: String {
        switch self {
        case .begun: "begun"
        case .made: "made"
        case .applied: "applied"
        case .refused: "refused"
        case .undecided: "undecided"
        case .gone: "gone"
        case .turnedApplied: "turned_applied"
        case .turnedRefused: "turned_refused"
        case .judgedOtherwise: "judged_otherwise"
        case .pulled: "pulled"
        case .mended: "mended"
        case .invited: "invited"
        case .deviceEnrolled: "device_enrolled"
        case .deviceListed: "device_listed"
        case .certificateRenewed: "certificate_renewed"
        case .branchEnrolled: "branch_enrolled"
        case .passwordSet: "password_set"
        case .confirmed: "confirmed"
        case .dismissed: "dismissed"
        case .restored: "restored"
        case .epochOpened: "epoch_opened"
        case .setBack: "set_back"
        case .quarantined: "quarantined"
        case .forkFound: "fork_found"
        case .contradicted: "contradicted"
        case .rootBackedUp: "root_backed_up"
        case .rootRecovered: "root_recovered"
        case .rootRotated: "root_rotated"
        case .disclosed: "disclosed"
        case .forgotten: "forgotten"
        }
    }

    package var label: Words {
        switch self {
        case .begun: Words("audit begun", "审计开始")
        case .made: Words("written here", "本节点写入")
        case .applied: Words("applied", "已接受")
        case .refused: Words("refused", "已拒绝")
        case .undecided: Words("left to headquarters", "待总部判定")
        case .gone: Words("gone, receipt kept", "原文不在，存有回执")
        case .turnedApplied: Words("now applied: accepted elsewhere", "改为接受：他处已接受")
        case .turnedRefused: Words("now refused", "改为拒绝")
        case .judgedOtherwise: Words("refused elsewhere, applied here", "他处拒绝，此处已接受")
        case .pulled: Words("records pulled", "拉取记录")
        case .mended: Words("damaged records replaced", "修复损坏记录")
        case .invited: Words("code handed out", "发放注册码")
        case .deviceEnrolled: Words("device enrolled", "设备注册")
        case .deviceListed: Words("device listed again", "设备重新登记")
        case .certificateRenewed: Words("certificate renewed", "证书更新")
        case .branchEnrolled: Words("branch enrolled", "分公司节点注册")
        case .passwordSet: Words("password set", "设置密码")
        case .confirmed: Words("held set accepted", "采纳搁置内容")
        case .dismissed: Words("held item dismissed", "搁置内容已阅")
        case .restored: Words("node restored from a backup", "节点从备份恢复")
        case .epochOpened: Words("epoch opened", "开始新纪元")
        case .setBack: Words("node found to be set back", "发现节点被回退")
        case .quarantined: Words("set kept aside", "变更集被隔离")
        case .forkFound: Words("chain of two copies", "链出现两个副本")
        case .contradicted: Words("audit head contradicted", "审计头不符")
        case .rootBackedUp: Words("root key backed up", "备份根密钥")
        case .rootRecovered: Words("headquarters made again from its root key", "由根密钥重建总部")
        case .rootRotated: Words("root key replaced", "更换根密钥")
        case .disclosed: Words("personal content given out", "提供个人信息")
        case .forgotten: Words("deleted records forgotten", "清空已删除的记录")
        }
    }
}
