import Foundation

/// The end of a bundle, by which a cut tail or a changed byte is found before anything is read.
struct BundleSeal {
    /// Of its frame, whose every length is fixed.
    static let frameBytes = 104

    /// 32 bytes: of all bytes before the seal's frame.
    let hash: [UInt8]
    /// 64 bytes.
    let signature: [UInt8]

    init(hash: [UInt8], signature: [UInt8]) {
        self.hash = hash
        self.signature = signature
    }

    var frame: [UInt8] {
        var seal = WireBundleSeal()
        seal.hash = Data(hash)
        seal.signature = Data(signature)
        return Frame.encode(WireBundlePart(.seal(seal)).encoded)
    }

    /// Nil for bytes that are not exactly a seal's frame.
    init?(frame: [UInt8]) {
        guard let message = try? Frame.decode(frame, limit: Self.frameBytes),
            case .seal(let seal)? = try? WireBundlePart(bounded: message).part
        else { return nil }
        self.init(hash: [UInt8](seal.hash), signature: [UInt8](seal.signature))
        guard hash.count == 32, signature.count == 64, self.frame == frame else { return nil }
    }
}
