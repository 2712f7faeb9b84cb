import SyncCore

extension Catalogue {
    /// What somebody would write who may not, for whoever may. Scope: that of its subject.
    package static let proposal = EntityDeclaration(
        EntityTag.proposal, "proposal", prefix: "PR", label: Words("Proposal", "建议"),
        fields: [
            FieldDeclaration(3, "number", label: Words("Number", "编号"), setOnce: true),
            FieldDeclaration(
                4, "subject", .register, .reference(nil), label: Words("Subject", "对象"), setOnce: true,
                required: true),
            // The name of the subject's field.
            FieldDeclaration(5, "field", label: Words("Field", "字段"), setOnce: true, required: true),
            FieldDeclaration(
                6, "operation", label: Words("Operation", "操作"), setOnce: true, required: true,
                choices: ProposedOperation.choices),
            // As the command line reads it; none: to clear the field.
            FieldDeclaration(7, "value", label: Words("Value", "建议值"), setOnce: true, personal: .ofSubject),
            // What was shown to who proposed it, as the command line reads it; none: nothing.
            FieldDeclaration(8, "base", label: Words("Seen before", "原值"), setOnce: true, personal: .ofSubject),
            FieldDeclaration(9, "reason", label: Words("Reason", "原因"), setOnce: true),
            FieldDeclaration(10, "evidence", .set, .reference(EntityTag.attachment), label: Words("Evidence", "依据")),
            FieldDeclaration(11, "decision", label: Words("Decision", "决定"), choices: ProposalDecision.choices),
            FieldDeclaration(12, "decision_reason", label: Words("Reason of the decision", "决定原因")),
        ])
}
