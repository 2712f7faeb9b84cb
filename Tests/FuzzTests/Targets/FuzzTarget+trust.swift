import Foundation
import SwiftProtobuf
@testable import SyncClient
import SyncCore
import SyncStore
@testable import SyncWire

/// What is signed. The harness signs whatever it is given, since no mutation finds a signature.
extension FuzzTarget {
    static let trust = [
        FuzzTarget("certificate", bytesMax: 2048, isSlow: true, seeds: { try VectorSeeds.of("Certificate", leaf) }) {
            bytes in
            var signed = WireSignedCertificate()
            signed.certificate = Data(bytes)
            signed.signature = Data(Certified.hqKey.sign(bytes, for: .certificate))
            let chain = [signed, Certified.branchChain[1]]
            let leaf = try Heap.bounded(by: messageFactor, of: bytes) {
                try CertificateChain.verify(chain, root: Roots(Certified.root), expiry: .ignored)
            }
            try BrokenPromise.unless(
                Certificate(identity: leaf, issuer: Certified.root).bytes == bytes, "a certificate has a second form")
            try BrokenPromise.unless(leaf.kind != .hq, "a second HQ")
        },
        FuzzTarget("certificate-chain", isSlow: true, seeds: { try VectorSeeds.of("Certificate", chain) }) { bytes in
            let chain = try KeptChain.chain(bytes)
            let leaf = try CertificateChain.verify(chain, root: Roots(Certified.root), expiry: .checked(now: 1))
            let again = try CertificateChain.verify(
                KeptChain.chain(KeptChain.bytes(chain)), root: Roots(Certified.root), expiry: .ignored)
            try BrokenPromise.unless(leaf == again, "a kept chain is another's")
        },
        FuzzTarget("receipt", isSlow: true, seeds: receiptSeeds) { bytes in
            let receipt = try Heap.bounded(by: messageFactor, of: bytes) {
                try NodeReceipt(verifying: Certified.receipt(bytes), root: Roots(Certified.root))
            }
            let (summary, verdicts) = (receipt.summary, receipt.summary.refusals.keys + receipt.summary.undecided)
            try BrokenPromise.unless(
                verdicts.allSatisfy { summary.firstSeq <= $0 && $0 <= summary.head.seq }, "a verdict on another set")
            let kept = try NodeReceipt(
                verifying: WireSignedReceipt(bounded: receipt.bytes), root: Roots(Certified.root))
            try BrokenPromise.unless(kept == receipt, "a kept receipt says something else")
        },
        FuzzTarget("run", isSlow: true, seeds: { try VectorSeeds.of("Run") }) { bytes in
            let wire = try Heap.bounded(by: messageFactor, of: bytes) { try WireRun(bounded: bytes) }
            _ = try? SignedRun(verifying: wire, root: Roots(Certified.root))
            let run = try SignedRun(verifying: Certified.run(wire), root: Roots(Certified.root))
            try BrokenPromise.unless(run.hashes.count == run.sets.count, "a set without a hash")
            try BrokenPromise.unless(
                run.before.seq < Limits.dotNumberMax + 1 && !run.sets.isEmpty, "a run without a number or sets")
            for set in run.sets { _ = try ChangeSetCodec.decode(set, replica: run.replica) }
        },
        FuzzTarget("tls", isSlow: true, seeds: tlsSeeds) { bytes in
            // Base 64 is not where anything is found.
            let text = Data(bytes.dropFirst()).base64EncodedString(options: .lineLength64Characters)
            if bytes.first == 0 {
                _ = try TLSAuthority.fingerprint(certificatePEM: pem("CERTIFICATE", text))
            } else {
                let issued = try authority.get().issue(
                    csrPEM: pem("CERTIFICATE REQUEST", text), commonName: "Perth", days: 30)
                try BrokenPromise.unless(
                    (try? TLSAuthority.fingerprint(certificatePEM: issued))?.count == 32, "no certificate was issued")
            }
        },
    ]

    private static func chains(_ vector: [String: Any]) -> [WireSignedCertificate]? {
        (vector["chain"] as? [String])?.compactMap { Hex.bytes($0).flatMap { try? WireSignedCertificate(bounded: $0) } }
    }
    private static func leaf(_ vector: [String: Any]) -> [UInt8]? {
        chains(vector)?.first.map { [UInt8]($0.certificate) }
    }
    private static func chain(_ vector: [String: Any]) -> [UInt8]? { chains(vector).map(KeptChain.bytes) }

    @Sendable private static func receiptSeeds() throws -> [[UInt8]] {
        try VectorSeeds.of("Receipt").compactMap { try? [UInt8](WireSignedReceipt(bounded: $0).receipt) }
    }

    private static let authority = Result { try TLSAuthority.create(organisation: "Ironbark") }

    private static func pem(_ kind: String, _ text: String) -> String {
        "-----BEGIN \(kind)-----\n\(text)\n-----END \(kind)-----\n"
    }

    @Sendable private static func tlsSeeds() throws -> [[UInt8]] {
        let request = try TLSRequest.create(commonName: "perth", hosts: ["perth.example", "10.0.0.1"]).csrPEM
        let texts: [(UInt8, String)] = [(0, try authority.get().certificatePEM), (1, request)]
        return texts.map { kind, text in
            let lines = text.split(separator: "\n").filter { !$0.hasPrefix("-----") }
            return [kind] + (Data(base64Encoded: lines.joined()) ?? Data())
        }
    }
}
