import Foundation
import Glibc
import SwiftProtobuf
import SyncCore
@testable import SyncStore
import SyncWire

/// What a program kept and finds again, perhaps damaged or exchanged: files, and what a puller hands back.
extension FuzzTarget {
    static let kept = [
        FuzzTarget("cursor", bytesMax: 128, seeds: cursorSeeds) { bytes in
            guard let cursor = PullCursor(bytes: bytes) else { return }
            try BrokenPromise.unless(PullCursor(bytes: cursor.bytes) == cursor, "a cursor is read as another")
        },
        FuzzTarget("audit-heads", bytesMax: 16_384, seeds: auditSeeds) { bytes in
            let heads = try Heap.bounded(by: messageFactor, of: bytes) { try AuditHeadFile.heads(bytes) }
            let again = try? AuditHeadFile.heads(AuditHeadFile.bytes(heads))
            try BrokenPromise.unless(again == heads, "heads are written as others")
            for head in heads { _ = try? SignedAuditHead(verifying: head, root: Roots(Certified.root)) }
        },
        FuzzTarget("audit-authority", seeds: authoritySeeds) { bytes in
            let authority = try Heap.bounded(by: messageFactor, of: bytes) { try AuditAuthority(bytes) }
            try BrokenPromise.unless(
                authority.signer == nil || authority.certifier != nil, "a key that nobody certified")
        },
        FuzzTarget("device-key", bytesMax: 512, seeds: deviceKeySeeds) { bytes in
            guard let key = SealedSecret(text: String(decoding: bytes, as: UTF8.self), .device) else { return }
            try BrokenPromise.unless(SealedSecret(text: key.text, .device) == key, "a key is kept as another")
            let other = DataKeys(DataKey(bytes: [UInt8](repeating: 9, count: 32)))
            try BrokenPromise.unless(key.open(under: other) == nil, "any key opens it")
        },
        FuzzTarget("root-paper", bytesMax: 4_096, seeds: rootPaperSeeds) { bytes in
            let text = String(decoding: bytes, as: UTF8.self)
            guard let pages = try? RootPaper.pages(of: text) else { return }
            let again = try? RootPaper.pages(of: pages.flatMap(\.lines).joined(separator: "\n"))
            try BrokenPromise.unless(again == pages, "a page is printed as another")
        },
        FuzzTarget("sealed-root", bytesMax: 1_024, seeds: sealedRootSeeds) { bytes in
            guard let sealed = SealedRoot(text: String(decoding: bytes, as: UTF8.self)) else { return }
            let again = SealedRoot(text: sealed.text)
            try BrokenPromise.unless(again == sealed && again?.text == sealed.text, "a root is kept as another")
        },
        FuzzTarget("data-keys", bytesMax: 512, seeds: dataKeysSeeds) { bytes in
            guard let keys = LockedKeys(text: String(decoding: bytes, as: UTF8.self)) else { return }
            let again = LockedKeys(text: keys.text)
            try BrokenPromise.unless(again == keys && again?.text == keys.text, "keys are kept as others")
            try BrokenPromise.unless(keys.open(under: [UInt8](repeating: 9, count: 32)) == nil, "any secret opens them")
        },
        FuzzTarget("stored-value", seeds: storedSeeds) { bytes in
            var input = ByteReader(bytes)
            let value = try Heap.bounded(by: 64, of: bytes) { try StoredValue.read(from: &input) }
            var out = ByteWriter()
            StoredValue.write(value, to: &out)
            var again = ByteReader(out.bytes)
            let second = try? StoredValue.read(from: &again)
            try BrokenPromise.unless(second == value && again.isAtEnd, "a value is kept as another")
        },
        FuzzTarget("backup-manifest", seeds: manifestSeeds) { bytes in
            _ = try? BackupManifest(decoding: bytes, path: "manifest.json")
            // Its hash would stop every mutation.
            guard let manifest = try? JSONDecoder().decode(BackupManifest.self, from: Data(bytes)) else { return }
            let again = try? BackupManifest(decoding: manifest.encoded(), path: "manifest.json")
            try BrokenPromise.unless(
                again == manifest || manifest.format > BackupManifest.format, "a manifest is kept as another")
            if let second = manifest.from, let base = manifest.base(for: second) { _ = manifest.segments(after: base) }
            var pruned = manifest
            _ = pruned.prune(before: manifest.until)
        },
        FuzzTarget("backup-piece", bytesMax: 16_384, seeds: pieceSeeds) { bytes in
            _ = try? ArchivePiece(decoding: bytes)
            let piece = try Heap.bounded(by: 64, of: bytes) { try ArchivePiece(decoding: Zstd.compress(bytes)) }
            let again = try? ArchivePiece(decoding: piece.encoded())
            try BrokenPromise.unless(
                again?.pages == piece.pages && again?.second == piece.second && again?.place == piece.place,
                "a piece is kept as another")
        },
        FuzzTarget("backup-segment", bytesMax: 16_384, seeds: segmentSeeds) { bytes in
            // The hashes that every mutation would break are made here.
            var (hash, file) = ([UInt8](), [UInt8]())
            for body in Parts(bytes, count: 3) {
                if file.isEmpty { hash = Array(body.dropFirst(19).prefix(Int(body.dropFirst(18).first ?? 0))) }
                hash = Hash.sha256(hash, body)
                file += (0..<4).map { UInt8(truncatingIfNeeded: body.count >> (24 - 8 * $0)) } + body + hash
            }
            let place = FileManager.default.temporaryDirectory.appending(path: "fieldsync-\(UUID()).pages")
            defer { try? FileManager.default.removeItem(at: place) }
            try Data(file).write(to: place)
            let (segment, _) = try ArchiveSegment.read(place.path, nil)
            try BrokenPromise.unless(segment.bytes <= file.count, "a segment is longer than its file")
        },
    ]

    @Sendable private static func auditSeeds() throws -> [[UInt8]] {
        [AuditHeadFile.bytes([]), AuditHeadFile.bytes(try MessageSeeds.auditHeads())]
    }

    @Sendable private static func authoritySeeds() throws -> [[UInt8]] {
        let whole = WireAuditAuthority.with {
            $0.chain = Certified.branchChain
            $0.way = .bundle
            $0.carrier = Data(Certified.branch.subject.bytes)
            $0.judge = Data(Certified.hq.subject.bytes)
            $0.roles = ["technician", "dispatcher"]
        }
        return [[], whole.encoded]
    }

    @Sendable private static func cursorSeeds() -> [[UInt8]] {
        var cursor = PullCursor(start: 7, begun: 300)
        let first = cursor.bytes
        cursor.last = .init(scope: 1, type: .max, position: -1, rowid: 12)
        return [first, cursor.bytes]
    }

    @Sendable private static func deviceKeySeeds() -> [[UInt8]] {
        [Array(SealedSecret.seal(Certified.branchKey.seed, .device, under: dataKey).text.utf8)]
    }

    private static let rootSecret = RootSecret(
        key: Certified.branchKey, authority: [UInt8](repeating: 6, count: 32), record: Certified.branch.subject,
        organisation: "Acme")

    @Sendable private static func rootPaperSeeds() -> [[UInt8]] {
        let shares = RootShare.split(rootSecret, into: 3, threshold: 2).map { RootPaper.share($0).lines }
        return ([RootPaper.whole(rootSecret).lines] + shares).map { Array($0.joined(separator: "\n").utf8) }
    }

    @Sendable private static func sealedRootSeeds() -> [[UInt8]] {
        ["fieldsync root backup 1\nscrypt 17 00112233445566778899aabbccddeeff\n0102030405\n"].map { Array($0.utf8) }
    }

    private static let dataKey = DataKey(bytes: [UInt8](repeating: 5, count: 32))

    @Sendable private static func dataKeysSeeds() -> [[UInt8]] {
        let secret = [UInt8](repeating: 6, count: 32)
        let locks: [KeyLock] = [.keyFile(path: "key file"), .passphrase(salt: Array(1...16), logN: 15)]
        return locks.map { Array(LockedKeys.seal(DataKeys(dataKey), $0, under: secret).text.utf8) }
    }

    @Sendable private static func storedSeeds() -> [[UInt8]] {
        let values: [Value] = [
            .text("压缩机"), .integer(-7), .decimal(unscaled: 250, scale: 2), .bool(true), .date(days: 20_000),
            .instant(milliseconds: 1_764_000_000_000, offsetMinutes: 480), .money(minor: 1, currency: "CNY"),
            .reference(RecordID(high: 1, low: 2)), .opaque(kind: 12, bytes: [0x62, 0x00]),
            .known(KnownDots([Dot(ReplicaID(1), 1), Dot(ReplicaID(1), 3)])),
        ]
        return values.map { value in
            var out = ByteWriter()
            StoredValue.write(value, to: &out)
            return out.bytes
        }
    }

    @Sendable private static func manifestSeeds() -> [[UInt8]] {
        let manifest = """
            {"bases":[{"bytes":4096,"file":"base","position":7,"second":100,"segment":1,"series":"01","sha256":"ab"}],\
            "format":1,"name":"hq","node":"00","role":"hq","segments":[{"bytes":10,"file":"01-1.pages","from":100,\
            "hash":"cd","number":1,"series":"01","sha256":"ef","to":200}],"until":200}
            """
        return [Array(manifest.utf8)]
    }

    private static let piece = ArchivePiece(
        second: 1_764_000_000, place: .init(salts: (1, 2), frames: 3, checksum: (4, 5)), databasePages: 6,
        pages: [1: [UInt8](repeating: 7, count: 512), 6: [1, 2, 3]])

    @Sendable private static func pieceSeeds() -> [[UInt8]] {
        guard case .ok(let plain) = Zstd.decompress(piece.encoded(), limit: 1 << 20) else { return [] }
        return [plain]
    }

    @Sendable private static func segmentSeeds() -> [[UInt8]] {
        let head = ArchiveSegment.Head(
            series: 7, number: 1, pageBytes: 512, second: 1, place: .init(), before: [UInt8](repeating: 0, count: 32))
        let begun = ArchiveSegment.begin(head, nil).bytes
        return [Parts.joined([Array(begun.dropFirst(4).dropLast(32)), piece.encoded(), piece.encoded()])]
    }
}
