import Foundation
import SwiftProtobuf
import SyncCore

/// HQ's word that another key is its root key from now on, signed by both.
package struct RootRotation: Hashable, Sendable {
    package let old: PublicKey
    package let new: PublicKey
    /// Milliseconds since 1970, by HQ's clock: what the old key certified later is not believed.
    package let at: Int64
    /// Whether somebody else may have the old key: what it certified is only good to be renewed.
    package let isCompromised: Bool
    /// As it travels.
    package let signed: WireSignedRootRotation

    package init(verifying signed: WireSignedRootRotation) throws(WireError) {
        let bytes = [UInt8](signed.rotation)
        var reader = WireReader(bytes)
        guard reader.take(1, .bytes), let old = PublicKey(bytes: try reader.blob()),
            reader.take(2, .bytes), let new = PublicKey(bytes: try reader.blob()), old != new
        else { throw .malformed("a rotation of the root key names two keys") }
        (self.old, self.new, self.signed) = (old, new, signed)
        at = Int64(try reader.number(3, max: UInt64(Limits.timestampMillisecondsMax)))
        isCompromised = try reader.number(4, max: 1) == 1
        try reader.finish("RootRotation", last: 4)
        guard old.verifies([UInt8](signed.oldSignature), of: bytes, for: .rotation),
            new.verifies([UInt8](signed.newSignature), of: bytes, for: .rotation)
        else { throw .badSignature("a rotation of the root key") }
    }

    package static func sign(
        from old: SigningKey, to new: SigningKey, at: Int64, isCompromised: Bool
    ) -> WireSignedRootRotation {
        var writer = WireWriter(reserving: 80)
        writer.blob(1, old.publicKey.bytes)
        writer.blob(2, new.publicKey.bytes)
        writer.number(3, UInt64(bitPattern: at))
        writer.number(4, isCompromised ? 1 : 0)
        var signed = WireSignedRootRotation()
        signed.rotation = Data(writer.bytes)
        signed.oldSignature = Data(old.sign(writer.bytes, for: .rotation))
        signed.newSignature = Data(new.sign(writer.bytes, for: .rotation))
        return signed
    }
}
