import FieldModel
import SyncCore
import SyncStore

/// Who reads what waits for somebody: a person with his roles, or a node, which is told of everything.
struct Reader {
    let person: RecordID
    /// Nil: a node.
    let roles: RoleSet?

    /// Whether a decision is for this reader to make.
    func decides(_ responsibility: Responsibility, since: Int64, now: Int64) -> Bool {
        roles.map { responsibility.concerns($0, since: since, now: now) } ?? true
    }
}

extension VerbContext {
    func reader(_ access: ReadAccess) throws -> Reader {
        switch try writer(access) {
        case .node: Reader(person: author, roles: nil)
        case .person(let person, let roles): Reader(person: person, roles: roles)
        case nil: Reader(person: author, roles: [])
        }
    }
}

/// Says in plain words what must be decided about a work order.
struct DecisionWords {
    let names: RecordNames
    let reader: Reader
    let now: Int64

    /// One sentence a person whose work it is; none where it is not for this reader.
    func messages(_ decision: DecisionView, _ access: ReadAccess) throws -> [Words] {
        let decides = reader.decides(decision.responsibility, since: decision.since, now: now)
        let isAssigned = decision.order.references("assignees").contains(reader.person)
        var told: Set<RecordID> = []
        // The last that somebody did says enough.
        return try decision.clashes.reversed().compactMap { clash in
            let isMine = reader.roles != nil && clash.concerns(reader.person)
            guard decides || isMine || isAssigned, told.insert(clash.author).inserted else { return nil }
            let audience: DecisionMessage.Reader = decides ? .owner : isMine ? .worker : .colleague
            return try message(decision, clash, access).words(
                to: audience, owner: decision.responsibility.owner, due: Moments.due(decision.dueAt, now: now),
                ways: Self.ways(decision))
        }.reversed()
    }

    private func message(
        _ decision: DecisionView, _ clash: DecisionView.Clash, _ access: ReadAccess
    ) throws -> DecisionMessage {
        let order = decision.order.calledName
        // Of two who accepted, each is told of the other.
        let isSecond = clash.flag.reason == .secondAcceptance && clash.other.author == reader.person
        let (did, other) = isSecond ? (clash.other, clash.event) : (clash.event, clash.other)
        return DecisionMessage(
            decision.reason, worker: clash.authorName,
            did: try did.map { DecisionMessage.did($0.kind, order) } ?? used(decision, by: clash.author, access),
            at: did?.moment(now) ?? clash.part.map { Moments.spoken($0.timestamp.milliseconds, now: now) }
                ?? Self.unknown,
            otherAt: other?.moment(now) ?? Self.unknown, other: isSecond ? clash.authorName : clash.otherName,
            knew: clash.flag.knew)
    }

    private static let unknown = Words("–", "–")

    /// All parts of one person that came late.
    private func used(_ decision: DecisionView, by author: RecordID, _ access: ReadAccess) throws -> Words {
        let parts = try decision.clashes.filter { $0.author == author }.compactMap(\.part).map { use -> String in
            guard let shown = try access.shown(use.id, expected: EntityTag.partUsage) else { return "–" }
            let part = try shown.reference("part").map { try names.name(of: $0, expected: EntityTag.part) } ?? "–"
            if case .one(let quantity)? = shown["quantity"] { return "\(part) × \(quantity.printed)" }
            return part
        }
        return DecisionMessage.used(parts.joined(separator: ", "), decision.order.calledName)
    }

    private static func ways(_ decision: DecisionView) -> String {
        let verb = "\(program) decide \(decision.order.calledName)"
        switch decision.reason {
        case .secondAcceptance, .reassignedButAccepted: return "`\(verb) assign --to PERSON`, `cancel`"
        case .cancelledButDone, .lateVisit:
            return "`\(verb) charge`, `no-charge`, `cancel`, `assign --to PERSON`"
        case .lateEvent, .latePart: return "`\(verb) charge`, `no-charge`"
        }
    }
}

extension DecisionView.Clash {
    /// Whether it is somebody's own work; of two acceptances, that of both.
    func concerns(_ person: RecordID) -> Bool {
        author == person || (flag.reason == .secondAcceptance && other.author == person)
    }
}

extension DecisionView {
    var dueAt: Int64 { responsibility.due(since: since) }

    func json(_ message: String) -> JSONValue {
        let events = clashes.flatMap { [$0.flag.event, $0.flag.other] }
        return .object(
            order.jsonHead + [
                ("reason", .string(reason.rawValue)), ("owner", .string(responsibility.owner.rawValue)),
                ("since", Moments.json(since)), ("due_at", Moments.json(dueAt)),
                ("events", .array(Set(events).sorted().map { .string($0.description) })),
                ("message", .string(message)),
            ])
    }
}

extension WorkEvent {
    /// When it occurred, as people name it; in the zone as entered.
    fileprivate func moment(_ now: Int64) -> Words {
        occurredAt.map { Moments.spoken($0, now: now) } ?? Words("–", "–")
    }
}
