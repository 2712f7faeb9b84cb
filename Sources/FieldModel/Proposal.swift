package import SyncCore

/// What is proposed to be done with a field.
package enum ProposedOperation: String, Worded {
    /// Of a register, review or ranked field.
    case set
    /// Of a set, log or counter.
    case add
    /// Of a set.
    case take

    package var label: Words {
        switch self {
        case .set: Words("Set", "填写")
        case .add: Words("Add", "添加")
        case .take: Words("Take away", "移除")
        }
    }
}

/// What somebody who may write the field decided.
package enum ProposalDecision: String, Worded {
    case accepted, rejected

    package var label: Words {
        switch self {
        case .accepted: Words("Accepted", "已接受")
        case .rejected: Words("Rejected", "已拒绝")
        }
    }
}

/// How a proposal stands.
package enum ProposalState: String, Worded {
    case open, accepted, rejected
    /// Nobody has decided, and the field is not what it was any more.
    case superseded

    package var label: Words {
        switch self {
        case .open: Words("Open", "待决定")
        case .accepted: Words("Accepted", "已接受")
        case .rejected: Words("Rejected", "已拒绝")
        case .superseded: Words("Superseded", "已被取代")
        }
    }

    /// - Parameters:
    ///   - decisions: all that were made without knowing of one another. The field was written by whoever accepted it, so
    ///     that accepted is what it is.
    ///   - isChanged: whether the field is not what it was when it was proposed.
    package init(decisions: [ProposalDecision], isChanged: Bool) {
        if decisions.contains(.accepted) {
            self = .accepted
        } else if decisions.contains(.rejected) {
            self = .rejected
        } else {
            self = isChanged ? .superseded : .open
        }
    }
}

/// The field that a proposal is about: whoever may write it decides.
package struct ProposedField: Sendable, Hashable {
    package let type: TypeTag
    package let field: FieldTag

    package init(type: TypeTag, field: FieldTag) {
        self.type = type
        self.field = field
    }
}
