import FieldModel
import Testing

@Suite("Sentences for people")
struct ModelMessageTests {
    let morning = Words("Tue 09:10", "周二 09:10")
    let later = Words("Tue 09:40", "周二 09:40")

    @Test("a conflict says who wrote what when, that all is kept, and why one is shown")
    func conflict() {
        let message = ConflictMessage(
            field: Words("Phone", "电话"), entity: Words("Contact", "联系人"), record: nil,
            versions: [
                .init(value: "139…77", isMine: false, author: nil, time: later),
                .init(value: "138…21", isMine: true, author: "Li Wei", time: morning),
            ],
            shown: "139…77", preference: .later)
        #expect(
            message.words.en
                == "Phone of the contact: you wrote 138…21 (Tue 09:10). A colleague wrote 139…77 (Tue 09:40)."
                + " Both are kept; 139…77 is shown for now because it is later.")
        #expect(
            message.words.zh == "联系人的电话：你填写了 138…21（周二 09:10）；同事填写了 139…77（周二 09:40）。"
                + "两个都已保留，暂按较晚的 139…77 显示。")
    }

    @Test("a conflict of three about a ranked field of a numbered record names them all")
    func threeVersions() {
        let versions = ["minor", "severe", "general"].map {
            ConflictMessage.Version(value: $0, isMine: false, author: "Li Wei", time: morning)
        }
        let words = ConflictMessage(
            field: Words("Severity", "严重程度"), entity: Words("Service request", "服务请求"), record: "SR-1",
            versions: versions, shown: "severe", preference: .higher
        ).words
        #expect(
            words.en.hasPrefix("Severity of the service request SR-1: Li Wei wrote minor (Tue 09:10). Li Wei wrote"))
        #expect(words.en.hasSuffix("All 3 are kept; severe is shown for now because it is higher."))
        #expect(words.zh.hasPrefix("服务请求 SR-1 的严重程度：") && words.zh.hasSuffix("3 个都已保留，暂按级别较高的 severe 显示。"))
    }

    @Test("work that was cancelled meanwhile is told to who did it")
    func cancelled() {
        let words = told(.cancelledButDone, to: .worker)
        #expect(
            words.en
                == "You finished WO-1 at 14:05. The office cancelled it at 13:40, before your device could know. Your work "
                + "is kept as a visit. The dispatcher will decide whether it is charged. You need do nothing.")
        #expect(
            words.zh
                == "你在 14:05 完成了工单 WO-1。办公室在 13:40 取消了它，你的设备当时还没收到。你的工作已作为一次上门保存，"
                + "由调度员决定是否计费。你不用操作。")
    }

    private func told(
        _ reason: OrderFlag.Reason, _ kind: WorkEventKind = .finished, to reader: DecisionMessage.Reader,
        knew: Bool = false
    ) -> Words {
        DecisionMessage(
            reason, worker: "Li Wei", did: DecisionMessage.did(kind, "WO-1"), at: Words("14:05", "14:05"),
            otherAt: Words("13:40", "13:40"), other: "Wang Lei", knew: knew
        ).words(to: reader, owner: .dispatcher, due: morning, ways: "`decide WO-1 charge`")
    }

    @Test("whoever is to decide reads who did what, until when, and by which command")
    func decided() {
        #expect(
            told(.cancelledButDone, to: .owner).en
                == "Li Wei finished WO-1 at 14:05. The office cancelled it at 13:40, before the device could know. The work "
                + "is kept as a visit. Decide whether it is charged by Tue 09:10: `decide WO-1 charge`")
        #expect(
            told(.lateVisit, to: .owner, knew: true).en.contains("The office had given it to somebody else at 13:40."))
        #expect(
            told(.secondAcceptance, .accepted, to: .owner).zh
                == "Li Wei 在 14:05 接了工单 WO-1。Wang Lei 在 13:40 也接了单，双方当时都不知情。两次接单都已保留。"
                + "请在 周二 09:10 前决定由谁前往：`decide WO-1 charge`")
    }

    @Test("only whoever is to decide is asked for anything", arguments: OrderFlag.Reason.allCases)
    func asked(_ reason: OrderFlag.Reason) {
        for reader in [DecisionMessage.Reader.worker, .colleague] {
            let words = told(reason, to: reader)
            #expect(words.en.hasSuffix("You need do nothing.") && words.zh.hasSuffix("你不用操作。"))
            #expect(words.en.hasPrefix("You") == (reader == .worker))
            #expect(words.en.contains(" kept") && words.zh.contains("保"))
        }
        #expect(told(reason, to: .owner).en.contains("by Tue 09:10: `decide WO-1 charge`"))
    }

    @Test("receipts say what is where and since when something is on its way")
    func receipts() {
        let words = Messages.receipts(made: 142, atBranch: 142, atHQ: 139, since: "08:55")
        #expect(
            words.en == "142 records from this device: branch has 142 ✔, HQ has 139, 3 on the way since 08:55.")
        #expect(words.zh == "本机 142 条：分公司已收 142 ✔，总部已收 139，3 条在途（自 08:55 起）。")
        let done = Messages.receipts(made: 1, atBranch: 1, atHQ: 1, since: nil)
        #expect(done.en == "1 record from this device: branch has 1 ✔, HQ has 1 ✔.")
        #expect(done.zh == "本机 1 条：分公司已收 1 ✔，总部已收 1 ✔。")
    }

    @Test("a clock that was wrong is told in a unit that people use")
    func clock() {
        #expect(
            Messages.clock(offsetMilliseconds: 26 * 3_600_000, records: 5).en
                == "Your device clock was 26 hours fast. Times on 5 records are shown with ⏱ and were placed in order "
                + "by sync, not by your clock.")
        #expect(
            Messages.clock(offsetMilliseconds: -150_000, records: 1).en.hasPrefix(
                "Your device clock was 2 minutes slow. Times on 1 record is"))
        #expect(Messages.clock(offsetMilliseconds: 119_999, records: 2).zh.hasPrefix("本机时间快 119 秒"))
        #expect(Messages.clock(offsetMilliseconds: .min, records: 2).zh.hasPrefix("本机时间慢 106751991167 天"))
    }

    @Test("an edit of something deleted is told with what was edited")
    func deleted() {
        let words = Messages.deletedButEdited(record: "AS-1", editor: nil, fields: [Words("Serial", "序列号")])
        #expect(words.en.hasPrefix("AS-1 was deleted, but a colleague edited Serial "))
        #expect(words.zh.hasPrefix("AS-1 已被删除，但同事在不知情时修改了序列号。"))
    }

    @Test("a moment is named by its weekday in the zone as entered, with the date when it is long ago")
    func moments() {
        let moment = Instant(milliseconds: 1_795_327_500_000, offsetMinutes: 480)
        #expect(moment.spoken(recently: moment) == Words("Sun 14:05", "周日 14:05"))
        let next = Instant(milliseconds: moment.milliseconds + 1, offsetMinutes: 0)
        #expect(moment.spoken(recently: next) == Words("2026-11-22 Sun 14:05", "2026-11-22 周日 14:05"))
        let before = Instant(milliseconds: -1, offsetMinutes: 0)
        #expect(before.spoken(recently: before).en == "Wed 23:59")
        let never = Instant(milliseconds: .max, offsetMinutes: 0)
        #expect(never.clockText == nil && never.spoken(recently: never).en == never.text)
    }

    @Test("words come in the language that is asked for")
    func languages() {
        #expect(Messages.savedHere[.en] == "saved on this device, not sent yet")
        #expect(Messages.savedHere[.zh] == "已存本机，未发送")
    }
}
