/// What can be ordered about a device, and what it reports back.
package enum DeviceOrderKind: String, Worded {
    /// Refused until it is resumed: lost, perhaps found again.
    case suspend
    /// Takes back every suspension and handover that its author knew of.
    case resume
    /// Refused for ever.
    case revoke
    /// Its key is somebody else's too, since an instant.
    case compromise
    /// It is to erase itself at its next contact.
    case wipe
    /// It is to send all it has, erase itself and be another person's.
    case handover
    /// It said, signed, that it erased itself.
    case wiped
    /// It is another person's under another key.
    case handedOver = "handed_over"

    package var label: Words {
        switch self {
        case .suspend: Words("Suspend", "停用")
        case .resume: Words("Resume", "恢复")
        case .revoke: Words("Revoke", "吊销")
        case .compromise: Words("Key compromised", "密钥泄露")
        case .wipe: Words("Wipe", "擦除")
        case .handover: Words("Hand over", "移交")
        case .wiped: Words("Was wiped", "已擦除")
        case .handedOver: Words("Was handed over", "已移交")
        }
    }

    /// Whether it says what was done, which only a node knows.
    package var isReport: Bool { self == .wiped || self == .handedOver }
}
