import FieldModel
import SyncCore
import Testing

@Suite("Proposals")
struct ModelProposalTests {
    private let person = RecordID(high: 7, low: 7)
    private let severity = ProposedField(type: EntityTag.request, field: 11)

    private func write(_ fields: [String: Value?], isNew: Bool = false, about proposed: ProposedField?) -> RecordWrite {
        let writes = fields.compactMap { name, value in
            Catalogue.proposal.field(named: name).map { FieldWrite(tag: $0.tag, value: value) }
        }
        let write = Write(dot: Dot(ReplicaID(1), 1), creates: isNew, fields: writes)
        return RecordWrite(
            type: EntityTag.proposal, record: RecordID(high: 9, low: 9), write: write, isNew: isNew, seen: [:],
            proposed: proposed)
    }

    private func codes(_ write: RecordWrite, _ role: Role) -> [Refusal.Code] {
        Permission.refusals(of: write, by: .person(person, roles: RoleSet([role]))).map(\.code)
    }

    @Test("whoever has a role may make one", arguments: Role.allCases)
    func anybody(_ role: Role) {
        let new = write(
            ["field": .text("severity"), "operation": .text("set"), "value": .text("severe")], isNew: true,
            about: severity)
        #expect(codes(new, role).isEmpty)
        #expect(Permission.refusals(of: new, by: .person(person, roles: [])).isEmpty == false)
    }

    @Test(
        "only who may write the field decides",
        arguments: [(Role.technician, false), (.auditor, false), (.dispatcher, true), (.supervisor, true)],
        ["accepted", "rejected"])
    func decides(_ case: (role: Role, may: Bool), _ decision: String) {
        for isNew in [true, false] {
            for field in ["decision", "decision_reason"] {
                let decided = write([field: .text(decision)], isNew: isNew, about: severity)
                #expect(codes(decided, `case`.role) == (`case`.may ? [] : [.notOwn]))
            }
        }
        #expect(codes(write(["decision": .text(decision)], about: nil), `case`.role) == [.notOwn])
    }

    @Test("what was proposed is not changed afterwards")
    func once() {
        for name in ["subject", "field", "operation", "value", "base", "reason"] {
            #expect(Catalogue.proposal.field(named: name)?.setOnce == true, "\(name)")
        }
    }

    @Test("a proposal is open until somebody decides; whoever accepted wrote the field, whatever others decided")
    func states() {
        #expect(ProposalState(decisions: [], isChanged: false) == .open)
        #expect(ProposalState(decisions: [], isChanged: true) == .superseded)
        for isChanged in [true, false] {
            #expect(ProposalState(decisions: [.rejected], isChanged: isChanged) == .rejected)
            #expect(ProposalState(decisions: [.accepted, .rejected], isChanged: isChanged) == .accepted)
            #expect(ProposalState(decisions: [.rejected, .accepted], isChanged: isChanged) == .accepted)
        }
    }

    @Test("a printed value is read again, of every type of field")
    func printed() {
        let samples: [Value] = [
            .text("severe"), .integer(-7), .decimal(unscaled: -250, scale: 2), .bool(true), .date(days: 20_000),
            .instant(milliseconds: 1_795_327_500_000, offsetMinutes: 480), .money(minor: -18_305, currency: "AUD"),
            .reference(person),
        ]
        for field in Catalogue.entities.flatMap(\.fields) where field.type != .known {
            for sample in samples where field.type.holds(sample) {
                if let choices = field.choices {
                    let word = Value.text(choices[0].word)
                    #expect(field.value(printed: word.printed) == word)
                } else {
                    #expect(field.value(printed: sample.printed) == sample, "\(field.name)")
                }
            }
        }
        #expect(Catalogue.request.field(named: "severity")?.value(printed: "urgent") == nil)
        #expect(Catalogue.request.field(named: "site")?.value(printed: "SR-1") == nil)
    }
}
