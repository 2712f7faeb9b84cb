/// Why a root cannot be restored from what was given.
package enum RootBackupError: Error, Equatable {
    case typed(PaperError)
    /// Every line is right, but together they are no backup, or one of a later version.
    case damaged
    case tooFew(given: Int, needed: Int)
    /// The share is one of another root key than the first.
    case otherKey(share: UInt8)
    /// The share was made in another splitting than the first.
    case otherSet(share: UInt8, set: String, than: String)
    /// The share was altered, or forged with a right checksum.
    case unfitting(share: UInt8)
    /// Several backups that are not of one root.
    case mixed

    package var words: ErrorWords {
        switch self {
        case .typed(let error): error.words
        case .damaged:
            ErrorWords("Each line is right, but together they are no backup of a root key.", "各行无误，但合起来不是根密钥备份。")
        case .tooFew(let given, let needed):
            ErrorWords(
                "\(needed) different shares are needed, \(given) were given.", "需要 \(needed) 份不同的份额，只提供了 \(given) 份。")
        case .otherKey(let share):
            ErrorWords("Share \(share) is of another root key than the first one given.", "第 \(share) 份与第一份不属于同一根密钥。")
        case .otherSet(let share, let set, let first):
            ErrorWords(
                "Share \(share) is of the set \(set), the first one given of \(first): "
                    + "shares made at different times do not fit.",
                "第 \(share) 份属于 \(set) 组，第一份属于 \(first) 组：不同次拆分的份额不能混用。")
        case .unfitting(let share):
            ErrorWords("Share \(share) does not fit the others: it was altered.", "第 \(share) 份与其余份额不符：内容被改动。")
        case .mixed: ErrorWords("The backups given are of different root keys.", "提供的备份属于不同的根密钥。")
        }
    }
}

/// What somebody brought: pages that he typed, sealed files, shares.
extension RootSecret {
    /// - Parameter whole: the secrets of whole backups, shares apart.
    package static func restore(whole: [RootSecret], shares: [RootShare]) throws(RootBackupError) -> RootSecret {
        var secrets = whole
        if !shares.isEmpty || whole.isEmpty { secrets.append(try RootShare.combine(shares)) }
        guard Set(secrets).count == 1 else { throw .mixed }
        return secrets[0]
    }
}
