package import ArgumentParser
import FieldModel
import SyncCore
import SyncStore
import SyncWire

/// How the office goes on with an order about which something must be decided.
package enum OrderDecision: String, CaseIterable, ExpressibleByArgument {
    case charge
    case noCharge = "no-charge"
    case cancel, assign
}

extension VerbContext {
    /// Decides what is open about an order by an ordinary event that has seen all the others: it is closed, charged or
    /// not, cancelled all the same, or given to somebody.
    package func decide(
        _ ref: String, _ decision: OrderDecision, to people: [String], reason: String?
    ) throws -> Report {
        let (order, event) = try store.write { access in
            var order = try existing(ref, type: EntityTag.workOrder, access)
            let open = try access.decisions(of: order.id)
            if open.isEmpty { throw Self.nothingToDecide(order) }
            var event = try newDraft(Catalogue.workEvent, [], access)
            event.put("order", .reference(order.id))
            if let reason { event.put("reason", .text(reason)) }
            switch decision {
            case .charge: event.close(.charge)
            case .noCharge: event.close(.noCharge)
            case .cancel: event.put("kind", .text(WorkEventKind.cancelled.rawValue))
            case .assign:
                let people = try people.map { try Lookup.reference($0, type: EntityTag.user, access) }
                let working = try access.workEvents(of: order.id).filter { !$0.kind.isOffice }.map(\.author)
                event.assign(people, insteadOf: Set(working + order.references("assignees")))
                order.give(to: people)
            }
            let completed = try completed(event, access)
            try commit((order.edits.isEmpty ? [] : [order]) + [completed], access)
            return (order, completed)
        }
        var report = written(order, doing: event.kindLabel)
        guard case .object(let members)? = report.json else { return report }
        report.json = .object(
            members + [("event", .string(event.id.description)), ("decided", .string(decision.rawValue))])
        return report
    }

    private static func nothingToDecide(_ order: RecordDraft) -> VerbFailure {
        let name = order.seen?.record.calledName ?? RecordNames.suffix(of: order.id)
        return VerbFailure(
            .notFound, Words("Nothing is to be decided about \(name).", "工单 \(name) 没有待决定的事项。"),
            hint: Words("attention lists what is.", "可用 attention 查看。"),
            details: .object([("candidates", .array([]))]))
    }
}

extension RecordDraft {
    /// What people call the event.
    fileprivate var kindLabel: Words? {
        if case .text(let word)? = value("decision") { return ChargeDecision(rawValue: word)?.label }
        if case .text(let word)? = value("kind") { return WorkEventKind(rawValue: word)?.label }
        return nil
    }

    fileprivate mutating func close(_ decision: ChargeDecision) {
        put("kind", .text(WorkEventKind.closed.rawValue))
        put("decision", .text(decision.rawValue))
    }

    /// Taken from whoever is on it and not among the people; where nobody is, it is an assignment.
    fileprivate mutating func assign(_ people: [RecordID], insteadOf others: Set<RecordID>) {
        let kind: WorkEventKind = others.isSubset(of: people) ? .assigned : .reassigned
        put("kind", .text(kind.rawValue))
        for person in people { put("assignees", .reference(person)) }
    }

    /// The people are the only ones on the order.
    fileprivate mutating func give(to people: [RecordID]) {
        let there = references("assignees")
        for person in there where !people.contains(person) { take("assignees", .reference(person)) }
        for person in people where !there.contains(person) { put("assignees", .reference(person)) }
    }
}

package struct Decide<Where: Place>: PlacedVerb {
    package static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "decide", abstract: "Decide about work that came late or was given to two (决定).",
            discussion: """
                charge, no-charge: the order is closed and the work is charged or not. cancel: it is cancelled all the same; the \
                work stays. assign --to PERSON: the order goes on with that person (again for others). `attention` lists what is \
                to be decided.

                Example: \(program) decide WO-GZ03-K7-000214-5 no-charge --reason "we were too late to call him back"
                """)
    }

    @Argument(help: "The order.")
    package var order: String

    @Argument(help: "charge, no-charge, cancel or assign.")
    package var decision: OrderDecision

    @Option(help: "Of assign: who is to do it, by login or id; may be given again.")
    package var to: [String] = []

    @Option(help: "Why, in a sentence that is kept with the decision.")
    package var reason: String?

    @OptionGroup package var place: Where
    @OptionGroup package var output: OutputOptions

    package init() {}

    package func validate() throws {
        guard (decision == .assign) != to.isEmpty else {
            throw ValidationError("assign needs --to PERSON, and nothing else takes it")
        }
    }

    package func report(_ context: VerbContext) throws -> Report {
        try context.decide(order, decision, to: to, reason: reason)
    }
}
