/// What a signature is for. It is part of what is signed, so that a signature given for one purpose is worth nothing for
/// another.
package enum SignaturePurpose: String, CaseIterable, Sendable {
    case certificate, run, receipt, session, enroll, bundle, audit, order, wiped, rotation

    func message(_ bytes: [UInt8]) -> [UInt8] { Array("fieldsync \(rawValue) v1\0".utf8) + bytes }
}

extension SigningKey {
    /// 64 bytes.
    package func sign(_ bytes: [UInt8], for purpose: SignaturePurpose) -> [UInt8] { sign(purpose.message(bytes)) }
}

extension PublicKey {
    package func verifies(_ signature: [UInt8], of bytes: [UInt8], for purpose: SignaturePurpose) -> Bool {
        verifies(signature, of: purpose.message(bytes))
    }
}
