import Foundation
import SwiftProtobuf
import SyncCore

/// An identity and the key that vouches for it.
package struct Certificate: Hashable, Sendable {
    package let identity: Identity
    /// Its own key for HQ's.
    package let issuer: PublicKey

    /// Signs an identity. HQ signs its own.
    package static func issue(_ identity: Identity, by key: SigningKey) -> WireSignedCertificate {
        let bytes = Certificate(identity: identity, issuer: key.publicKey).bytes
        var signed = WireSignedCertificate()
        signed.certificate = Data(bytes)
        signed.signature = Data(key.sign(bytes, for: .certificate))
        return signed
    }

    /// Reads a certificate whose signature is that of the issuer it names. Whether the issuer may be trusted is not
    /// decided here: see `CertificateChain`.
    init(verifying signed: WireSignedCertificate) throws(WireError) {
        let bytes = [UInt8](signed.certificate)
        try self.init(bytes: bytes)
        guard issuer.verifies([UInt8](signed.signature), of: bytes, for: .certificate) else {
            throw .badSignature("the certificate of \(identity.name)")
        }
    }

    init(identity: Identity, issuer: PublicKey) {
        self.identity = identity
        self.issuer = issuer
    }
}

extension Certificate {
    /// The `Certificate` message.
    var bytes: [UInt8] {
        var writer = WireWriter(reserving: 200)
        writer.number(1, UInt64(identity.kind.rawValue))
        writer.blob(2, identity.key.bytes)
        writer.id(3, identity.subject)
        if let user = identity.user { writer.id(4, user) }
        if let branch = identity.branch { writer.id(5, branch) }
        writer.text(6, identity.name)
        writer.text(7, identity.code)
        writer.number(8, UInt64(bitPattern: identity.issuedAt))
        writer.number(9, UInt64(bitPattern: identity.expiresAt))
        writer.blob(10, issuer.bytes)
        return writer.bytes
    }

    fileprivate init(bytes: [UInt8]) throws(WireError) {
        guard bytes.count <= Limits.certificateBytesMax else {
            throw .tooLarge(what: "a certificate", limit: Limits.certificateBytesMax)
        }
        var reader = WireReader(bytes)
        guard let kind = Identity.Kind(rawValue: UInt8(try reader.number(1, max: 255))) else {
            throw .upgradeRequired("a certificate's kind")
        }
        identity = Identity(
            kind: kind, key: try reader.publicKey(2), subject: try reader.requiredID(3),
            user: try reader.optionalID(4), branch: try reader.optionalID(5),
            name: try reader.text(6, max: Limits.nameBytesMax), code: try reader.text(7, max: Limits.nameBytesMax),
            issuedAt: try reader.milliseconds(8), expiresAt: try reader.milliseconds(9))
        issuer = try reader.publicKey(10)
        try reader.finish("Certificate", last: 10)
        guard (kind == .device) == (identity.user != nil), (kind == .device) == (identity.branch != nil) else {
            throw .malformed("a device's certificate names its person and its branch, no other does")
        }
    }
}

extension WireReader {
    fileprivate mutating func publicKey(_ field: UInt8) throws(WireError) -> PublicKey {
        guard take(field, .bytes), let key = PublicKey(bytes: try blob()) else { throw malformed("no public key") }
        return key
    }

    fileprivate mutating func milliseconds(_ field: UInt8) throws(WireError) -> Int64 {
        Int64(try number(field, max: UInt64(Limits.timestampMillisecondsMax)))
    }

    /// Empty when the field is not there.
    fileprivate mutating func text(_ field: UInt8, max: Int) throws(WireError) -> String {
        guard take(field, .bytes) else { return "" }
        let text = try text(max: max)
        guard !text.isEmpty else { throw malformed("a default was sent") }
        return text
    }
}

extension WireWriter {
    fileprivate mutating func text(_ field: UInt8, _ text: String) {
        if !text.isEmpty { blob(field, text.utf8) }
    }
}
