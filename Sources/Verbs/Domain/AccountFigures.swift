import FieldModel
import SyncCore
import SyncStore

extension VerbContext {
    /// An account's figures, in all and by the branch that serves each site.
    package func accountFigures(_ ref: String) throws -> Report {
        try store.read { access in
            let (_, id) = try Lookup.record(ref, type: EntityTag.account, access)
            guard let account = try access.record(id, type: EntityTag.account)?.record else {
                preconditionFailure("a record that was found can be shown")
            }
            let totals = try access.accountTotals(id)
            let branches = try branches(of: totals, access)
            let members: [(String, JSONValue)] = [
                ("id", .string(account.id.description)), ("number", account.number.map(JSONValue.string) ?? .null),
                ("name", account.text(of: "name").map(JSONValue.string) ?? .null),
                ("totals", .object(totals.total.members)), ("branches", .array(branches.map { .object($0) })),
            ]
            let rows = try table(of: totals, access)
            return Report(.object(members)) { _ in [account.text(of: "name") ?? account.calledName, ""] + rows }
        }
    }

    private func branches(of totals: AccountTotals, _ access: ReadAccess) throws -> [[(String, JSONValue)]] {
        let names = RecordNames(access)
        let figures = totals.branches.map { (branch: $0.key ?? home, figures: $0.value) }
        return try figures.sorted { $0.branch < $1.branch }.map { branch, figures in
            let name = try access.branchRecord(branch)?.name ?? names.name(of: branch)
            return [("name", .string(name)), ("fresh_at", try freshAt(branch, access))] + figures.members
        }
    }

    /// As of when a branch's work is known here: this node's own is, always.
    private func freshAt(_ branch: RecordID, _ access: ReadAccess) throws -> JSONValue {
        if branch == home { return Moments.json(now) }
        return try access.branchLink(branch)?.freshAt.map(Moments.json) ?? .null
    }

    /// A line a branch, and one for all of them.
    private func table(of totals: AccountTotals, _ access: ReadAccess) throws -> [String] {
        let heading = Words("|Sites|Assets|Orders|Visits|Repairs|Cost|As of", "|现场|资产|工单|上门|维修|费用|截至")
        let columns = heading[language].split(separator: "|", omittingEmptySubsequences: false)
        var table = TextTable(columns.map(String.init))
        for (branch, figures) in totals.branches.map({ ($0.key ?? home, $0.value) }).sorted(by: { $0.0 < $1.0 }) {
            let name = try access.branchRecord(branch)?.name ?? RecordNames(access).name(of: branch)
            let fresh = branch == home ? now : try access.branchLink(branch)?.freshAt
            table.add([name] + figures.cells(language) + [fresh.map { Moments.text($0) } ?? "–"])
        }
        table.add([Words("Total", "合计")[language]] + totals.total.cells(language) + [""])
        return table.lines
    }
}

extension AccountTotals.Figures {
    fileprivate var members: [(String, JSONValue)] {
        let orders = orders.sorted { $0.key < $1.key }.map { ($0.key, JSONValue.integer(Int64($0.value))) }
        let cost = cost.sorted { $0.key < $1.key }.map { Value.money(minor: $0.value, currency: $0.key).json }
        return [
            ("sites", .integer(Int64(sites))), ("assets", .integer(Int64(assets))), ("orders", .object(orders)),
            ("visits", .integer(Int64(visits))), ("repairs", .integer(Int64(repairs))), ("cost", .array(cost)),
        ]
    }

    fileprivate func cells(_ language: Language) -> [String] {
        let states = orders.sorted { $0.key < $1.key }.map { word, count in
            "\(OrderStatus(rawValue: word)?.label[language] ?? word) \(count)"
        }
        let money = cost.sorted { $0.key < $1.key }.map { Value.money(minor: $0.value, currency: $0.key).printed }
        return [
            String(sites), String(assets), states.joined(separator: ", "), String(visits), String(repairs),
            money.joined(separator: ", "),
        ]
    }
}
