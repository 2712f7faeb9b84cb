import FieldModel
import SyncWire
import Verbs

/// A sheet of paper with a root key, or a share of one, for whoever finds it in ten years: in both languages.
struct RootPage {
    let paper: RootPaper
    let secret: RootSecret

    var lines: [String] {
        // No line but those with a number in front is read when the page is typed again.
        title + [
            "", "Organisation 组织:  \(secret.organisation)", "Fingerprint  指纹:  \(secret.fingerprint)", "",
        ] + paper.lines.flatMap { ["    " + $0, ""] } + meaning + ["", use.en, use.zh]
    }

    private var title: [String] {
        switch paper {
        case .whole: ["FIELDSYNC ROOT KEY  根密钥备份"]
        case .share(let share):
            [
                "FIELDSYNC ROOT KEY, SHARE \(share.place) OF \(share.count)  根密钥份额 \(share.place)/\(share.count)",
                "Set \(share.setName): any \(share.threshold) of its shares restore the key.  "
                    + "\(share.setName) 组：任意 \(share.threshold) 份即可恢复。",
            ]
        }
    }

    private var meaning: [String] {
        switch paper {
        case .whole:
            [
                "Whoever has this page can be your headquarters: sign in its name and admit",
                "devices and branches. Keep it like the company seal: in a safe, in another",
                "building than the server. Never photograph, copy, scan or mail it.",
                "持有此页者可冒充贵公司总部：以总部名义签名、接纳设备和分公司。请像公章一样保管：",
                "锁入保险柜，与服务器不在同一栋楼。不得拍照、复印、扫描或邮寄。",
            ]
        case .share(let share):
            [
                "\(Self.spelled(share.threshold)) such pages together are your headquarters' key; fewer tell nothing of it.",
                "Give each to another person, who keeps it locked up and gives it to nobody but",
                "for a recovery that the management has ordered. Never keep two in one place.",
                "凑齐 \(share.threshold) 份即可恢复总部密钥，少于此数得不到任何信息。每份交给不同的人锁好，",
                "只在管理层下令恢复时交出；同一处不得存放两份。",
            ]
        }
    }

    /// A line must not begin with a digit.
    private static func spelled(_ number: UInt8) -> String {
        let words = ["Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine"]
        return words.indices.contains(Int(number) - 2) ? words[Int(number) - 2] : "Any \(number)"
    }

    private var use: Words {
        Words(
            "Needed when HQ's machine and its backups are lost. Type the numbered lines into a\nfile and run:"
                + "  fieldsyncd init --data DIR --role hq --root-from FILE",
            "用于总部机器及其备份全部丢失时。请将编号行录入文件并执行上述命令。")
    }

    var json: JSONValue {
        let share: JSONValue =
            switch paper {
            case .whole: .null
            case .share(let share): .integer(Int64(share.place))
            }
        return .object([("share", share), ("lines", .array(paper.lines.map(JSONValue.string)))])
    }
}
