import FieldModel
import SyncCore
import SyncStore
import SyncWire

/// Which entries of a node's audit somebody asked for, in his own words.
package struct AuditFilter: Sendable {
    package var record: String?
    package var login: String?
    package var device: String?
    package var since: String?
    package var limit: Int

    package init(record: String?, login: String?, device: String?, since: String?, limit: Int) {
        (self.record, self.login, self.device) = (record, login, device)
        (self.since, self.limit) = (since, limit)
    }

    fileprivate func question(_ access: ReadAccess) throws -> AuditQuestion {
        var question = AuditQuestion(limit: limit)
        question.record = try record.map { try Lookup.record($0, access).id }
        question.user = try login.map { login in
            guard let person = try access.person(login: login) else {
                throw VerbFailure(.notFound, Words("Nobody has the login \"\(login)\".", "没有登录名“\(login)”。"))
            }
            return person.id
        }
        question.device = try device.map { try Self.device($0, access) }
        question.since = try since.map(Self.moment)
        return question
    }

    private static let suffixDigitsMin = 6

    /// A device of another node is known by its whole id only.
    private static func device(_ ref: String, _ access: ReadAccess) throws -> RecordID {
        if let id = RecordID(text: ref) { return id }
        let found = try access.devices().map(\.id).filter {
            ref.utf8.count >= suffixDigitsMin && $0.description.hasSuffix(ref.lowercased())
        }
        if found.count == 1 { return found[0] }
        throw VerbFailure(
            found.isEmpty ? .notFound : .ambiguous,
            Words("\"\(ref)\" names \(found.count) devices.", "“\(ref)”对应 \(found.count) 台设备。"))
    }

    private static func moment(_ text: String) throws -> Int64 {
        do {
            let value = try ValueText.parse(text, as: .instant) { _, _ in throw VerbFailure(.usage) }
            guard let instant = Instant(value) else { throw VerbFailure(.usage) }
            return instant.milliseconds
        } catch let error as ValueError {
            throw VerbFailure(.invalidValue, error.message)
        }
    }
}

extension VerbContext {
    /// Who did what, when, under which authority; newest first.
    package func audit(_ filter: AuditFilter) throws -> Report {
        try store.read { access in
            let question = try filter.question(access)
            let listing = AuditListing(access, of: question.record)
            let entries = try access.audit(question)
            let items = try entries.map(listing.json)
            let lines = try entries.flatMap { try listing.lines($0, language) }
            return .list(items) { _ in lines }
        }
    }
}

/// Entries of an audit as scripts and people read them.
private struct AuditListing {
    let access: ReadAccess
    let names: RecordNames
    /// Of this one the values are told too.
    let record: RecordID?

    init(_ access: ReadAccess, of record: RecordID?) {
        self.access = access
        self.record = record
        names = RecordNames(access)
    }

    // MARK: scripts

    func json(_ entry: AuditView) throws -> JSONValue {
        let author = entry.set?.content?.author
        return .object([
            ("n", .integer(entry.n)), ("at", Moments.json(entry.at)), ("position", .integer(entry.position)),
            ("kind", .string(entry.kind?.word ?? "later")), ("set", entry.set.map(json) ?? .null),
            ("author", id(author)), ("author_name", try author.map { .string(try names.name(of: $0)) } ?? .null),
            ("authority", try entry.authority.map(json) ?? .null), ("detail", try detail(entry) ?? .null),
            ("records", .array(try records(entry).map { .string($0.description) })),
            ("changes", .array(try changes(entry).map(\.json))),
        ])
    }

    private func json(_ set: AuditView.Set) -> JSONValue {
        .object([
            ("replica", .string(set.replica.description)), ("seq", .integer(Int64(clamping: set.seq))),
            ("hash", .string(Hex.digits(set.hash))),
        ])
    }

    private func json(_ authority: AuditAuthority) throws -> JSONValue {
        let signer = authority.signer.map { signer in
            JSONValue.object([
                ("kind", .string("\(signer.kind)")), ("id", id(signer.subject)), ("name", .string(signer.name)),
                ("user", id(signer.user)), ("key", .string(Hex.digits(signer.key.bytes))),
                ("certified_by", id(authority.certifier?.subject)),
                ("certified_by_name", .string(authority.certifier?.name ?? "")),
                ("expires_at", Moments.json(signer.expiresAt)),
            ])
        }
        return .object([
            ("way", .string("\(authority.way)")), ("carrier", id(authority.carrier)),
            ("carrier_name", try authority.carrier.map { .string(try called($0)) } ?? .null),
            ("judge", id(authority.judge)),
            ("judge_name", try authority.judge.map { .string(try names.name(of: $0)) } ?? .null),
            ("roles", .array(authority.roles.map(JSONValue.string))), ("signer", signer ?? .null),
        ])
    }

    private func id(_ id: RecordID?) -> JSONValue { id.map { .string($0.description) } ?? .null }

    private func detail(_ entry: AuditView) throws -> JSONValue? {
        try entry.detail.map { try JSONValue(parsing: Array($0.utf8)) }
    }

    private func records(_ entry: AuditView) throws -> [RecordID] {
        Set(entry.set?.content?.changes.map(\.record) ?? []).sorted()
    }

    /// What a set wrote to the record that was asked for, where its bytes are here.
    private func changes(_ entry: AuditView) throws -> [AuditedChange] {
        guard let record, let set = entry.set?.content else { return [] }
        return set.changes.filter { $0.record == record }.flatMap { change in
            (change.write?.fields ?? []).map { field in
                AuditedChange(
                    declaration: Catalogue.entity(change.type)?.field(tag: field.tag), tag: field.tag,
                    value: field.value)
            }
        }
    }

    // MARK: people

    func lines(_ entry: AuditView, _ language: Language) throws -> [String] {
        var line = "\(entry.n)  \(Moments.text(entry.at))  \(entry.kind?.label[language] ?? "?")"
        if let author = entry.set?.content?.author { line += "  \(try names.name(of: author))" }
        let changed = try records(entry).map { try names.name(of: $0) }
        if !changed.isEmpty { line += "  " + changed.prefix(Self.namedMax).joined(separator: ", ") }
        if changed.count > Self.namedMax { line += ", … (\(changed.count))" }
        let authority = try entry.authority.map { [try words($0)[language]] } ?? []
        let details = try detail(entry).map { [told($0, language)] } ?? []
        let values = try changes(entry).map { change in
            let value = try change.value.map { try names.text($0, of: change.declaration, language) } ?? "–"
            return "\(change.declaration?.label[language] ?? change.name): \(value)"
        }
        return [line] + (details + authority + values).filter { !$0.isEmpty }.map { "      " + $0 }
    }

    private static let namedMax = 3

    private func told(_ detail: JSONValue, _ language: Language) -> String {
        guard case .object(let members) = detail else { return "" }
        let other = language == .en ? "zh" : "en"
        return members.filter { $0.0 != other }.map { $0.0 == language.rawValue ? $0.1.shown : "\($0.0) \($0.1.shown)" }
            .joined(separator: ", ")
    }

    private func words(_ authority: AuditAuthority) throws -> Words {
        var (en, zh): ([String], [String]) = ([], [])
        if let signer = authority.signer {
            let until = Moments.text(signer.expiresAt)
            let by = authority.certifier?.name ?? "?"
            en.append("key of \(signer.name), certified by \(by) until \(until)")
            zh.append("密钥属 \(signer.name)，由 \(by) 签发，有效至 \(until)")
        }
        if !authority.roles.isEmpty {
            let roles = authority.roles.map { word in Role(rawValue: word)?.label ?? Words(word, word) }
            en.append("as " + roles.map(\.en).joined(separator: ", "))
            zh.append("身份 " + roles.map(\.zh).joined(separator: "、"))
        }
        if let judge = authority.judge {
            let name = try names.name(of: judge)
            en.append("judged by \(name)")
            zh.append("由 \(name) 判定")
        }
        if let carrier = authority.carrier {
            let name = try called(carrier)
            en.append(authority.way == .bundle ? "in a bundle of \(name)" : "brought by \(name)")
            zh.append(authority.way == .bundle ? "来自 \(name) 的数据包" : "由 \(name) 推送")
        }
        return Words(en.joined(separator: "; "), zh.joined(separator: "；"))
    }

    /// A device's name, else a record's.
    private func called(_ id: RecordID) throws -> String { try access.device(id)?.name ?? names.name(of: id) }
}

/// A field that a set wrote.
private struct AuditedChange {
    let declaration: FieldDeclaration?
    let tag: FieldTag
    let value: Value?

    var name: String { declaration?.name ?? "field-\(tag)" }

    /// What a deleter knew is a clock; that somebody deleted is all that is shown.
    var json: JSONValue {
        let shown: JSONValue = if case .known? = value { .bool(true) } else { value?.json ?? .null }
        return .object([("field", .string(name)), ("value", shown)])
    }
}
