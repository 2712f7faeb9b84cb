import FieldModel
import SyncCore
import SyncStore

/// What people call a scope: the site, account, branch or person after which it is named.
struct ScopeNames {
    let names: RecordNames

    init(_ access: ReadAccess) { names = RecordNames(access) }

    /// Nil: it is named after nothing that is known here.
    func name(of scope: String) throws -> Words? {
        if scope == HoldingClaim.every { return Words("everything that is not restricted", "全部非受限内容") }
        if scope.hasPrefix(HoldingClaim.every) {
            let part = scope.dropFirst(HoldingClaim.every.count)
            return Words("\(part) of everything", "全部 \(part)")
        }
        guard let scope = Scope(text: scope), let id = scope.root.record else { return nil }
        let name = try names.name(of: id) + (scope.part.map { " #\($0)" } ?? "")
        return Words(name, name)
    }

    /// `site Pit 4`, or the scope as it is written.
    func text(of scope: String, _ language: Language) throws -> String {
        guard let name = try name(of: scope)?[language] else { return scope }
        let kind = scope.prefix { $0 != "/" }
        if scope.hasPrefix(HoldingClaim.every) { return name }
        return "\(Self.kinds[String(kind)]?[language] ?? String(kind)) \(name)"
    }

    private static let kinds = [
        "site": Words("site", "现场"), "account": Words("account", "客户"), "branch": Words("branch", "分公司"),
        "org": Words("people of", "人员"), "user": Words("person", "人员"), "van": Words("van of", "车辆"),
    ]
}

extension Scope.Root {
    fileprivate var record: RecordID? {
        switch self {
        case .catalog, .org: nil
        case .orgBranch(let id), .branch(let id), .account(let id), .site(let id), .van(let id), .user(let id): id
        }
    }
}
