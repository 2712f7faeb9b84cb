/// What somebody decided about work that came late.
package enum ChargeDecision: String, Worded {
    case charge
    case noCharge = "no_charge"

    package var label: Words {
        switch self {
        case .charge: Words("charged", "计费")
        case .noCharge: Words("not charged", "不计费")
        }
    }
}
