/// What a person types to enrol: a secret to be known by, and enough of the fingerprint of HQ's CA to know the node by
/// . 32 characters of Crockford's base 32 in groups of four, and one that checks the others.
package struct EnrolmentCode: Hashable, Sendable {
    package static let fingerprintBytes = 12

    /// 8 bytes; used once, short-lived, and kept by the node as `secretHash` only.
    package let secret: [UInt8]
    /// The first 12 bytes of the fingerprint.
    package let fingerprint: [UInt8]

    /// - Parameter fingerprint: SHA-256 of the CA's certificate, at least its first 12 bytes.
    package init(secret: [UInt8], fingerprint: [UInt8]) {
        precondition(secret.count == Limits.enrolmentSecretBytes, "the secret of a code is 8 bytes")
        precondition(fingerprint.count >= Self.fingerprintBytes, "a fingerprint is at least 12 bytes")
        self.secret = secret
        self.fingerprint = Array(fingerprint.prefix(Self.fingerprintBytes))
    }

    /// Takes either case, spaces and dashes anywhere, O for 0, I and L for 1.
    package init(parsing text: String) throws(EnrolmentCodeError) {
        let values = try Base32.values(of: text)
        guard !values.isEmpty else { throw .empty }
        guard values.count == Base32.codeCharacters else { throw .length(values.count) }
        guard Base32.check(of: values.dropLast()) == values.last else { throw .check }
        let bytes = Base32.bytes(values.dropLast())
        self.init(
            secret: Array(bytes.prefix(Limits.enrolmentSecretBytes)),
            fingerprint: Array(bytes.dropFirst(Limits.enrolmentSecretBytes)))
    }

    /// `XXXX-XXXX-XXXX-XXXX-XXXX-XXXX-XXXX-XXXX-X`.
    package var text: String {
        let values = Base32.values(of: secret + fingerprint)
        let characters = (values + [Base32.check(of: values)]).map { Base32.alphabet[Int($0)] }
        let groups = stride(from: 0, to: characters.count, by: 4).map {
            String(decoding: characters[$0..<min($0 + 4, characters.count)], as: UTF8.self)
        }
        return groups.joined(separator: "-")
    }

    /// Whether the CA's certificate with this SHA-256 is the one that the code was given out with.
    package func matches(fingerprint whole: [UInt8]) -> Bool {
        whole.count == 32 && constantTimeEqual(Array(whole.prefix(Self.fingerprintBytes)), fingerprint)
    }

    /// 32 bytes: what a node keeps of a secret.
    package static func secretHash(_ secret: [UInt8]) -> [UInt8] {
        Hash.sha256(Array("fieldsync code v1\0".utf8), secret)
    }
}

/// What is wrong with a code that somebody typed.
package enum EnrolmentCodeError: Error, Equatable {
    case empty
    /// A character that no code has.
    case character(Character)
    /// So many characters are there, without spaces and dashes.
    case length(Int)
    /// All characters are possible, but at least one is wrong or two are swapped.
    case check

    package var words: ErrorWords {
        switch self {
        case .empty: ErrorWords("No code was given.", "没有输入注册码。")
        case .character(let character):
            ErrorWords("No enrolment code has the character \(character).", "注册码中不会出现字符“\(character)”。")
        case .length(let count):
            ErrorWords(
                "An enrolment code has \(Base32.codeCharacters) characters, this has \(count).",
                "注册码应有 \(Base32.codeCharacters) 个字符，这里有 \(count) 个。")
        case .check:
            ErrorWords(
                "The code is mistyped: a character is wrong, or two are swapped.", "注册码有误：有字符输错或顺序颠倒。")
        }
    }
}
