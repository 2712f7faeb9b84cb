import SyncWire

/// How an attachment lies on the disk: a salt, then its bytes in parts, each sealed for its place. The file has a key of
/// its own, which follows from the salt.
struct SealedParts {
    /// Plain bytes of every part but the last.
    static let partBytes: Int64 = 256 * 1024
    static let saltBytes = 16
    private static let sealedBytes = partBytes + Int64(Sealing.overheadBytes)

    private let key: [UInt8]

    /// - Parameter salt: of the file.
    init(_ key: DataKey, salt: [UInt8]) { self.key = Hash.hmac(key: key.key(for: .attachments), salt) }

    static func newSalt() -> [UInt8] { Entropy.bytes(saltBytes) }

    /// Where a part begins in the file.
    static func offset(of part: Int64) -> Int64 { Int64(saltBytes) + part * sealedBytes }

    /// Plain bytes in a file of a size.
    static func plainBytes(_ fileBytes: Int64) -> Int64 {
        let sealed = max(0, fileBytes - Int64(saltBytes))
        return sealed / sealedBytes * partBytes + max(0, sealed % sealedBytes - Int64(Sealing.overheadBytes))
    }

    func seal(_ plain: [UInt8], part: Int64) -> [UInt8] {
        Sealing.seal(plain, key: key, associated: Self.place(part), nonce: Entropy.bytes(Sealing.nonceBytes))
    }

    /// Nil when it is not what was sealed as this part of this file.
    func open(_ sealed: [UInt8], part: Int64) -> [UInt8]? {
        Sealing.open(sealed, key: key, associated: Self.place(part))
    }

    private static func place(_ part: Int64) -> [UInt8] { Array("\(part)".utf8) }
}
