import Foundation
import SwiftProtobuf
import SyncCore
import SyncWire

/// A message of each kind with everything in it, and one with nothing.
enum MessageSeeds {
    private static let id = Data(RecordID(high: 1, low: 2).bytes)
    private static let hash = Data(Hash.sha256([1]))
    private static let scope = "site/019ab697-e800-700b-8000-000000000000"

    private static func runs() throws -> [WireRun] {
        try VectorSeeds.of("Run").compactMap { try? WireRun(bounded: $0) }
    }
    private static func receipts() throws -> [WireSignedReceipt] {
        try VectorSeeds.of("Receipt").compactMap { try? WireSignedReceipt(bounded: $0) }
    }
    @Sendable static func auditHeads() throws -> [WireSignedAuditHead] {
        try VectorSeeds.of("AuditHead").compactMap { try? WireSignedAuditHead(bounded: $0) }
    }

    @Sendable static func auditRequest() throws -> [WireAuditRequest] {
        let heads = try auditHeads()
        return [
            WireAuditRequest(),
            .with {
                $0.kept = Array(heads.prefix(3))
                $0.own = heads[0]
            },
        ]
    }

    @Sendable static func auditResponse() throws -> [WireAuditResponse] {
        let heads = try auditHeads()
        return [
            WireAuditResponse(),
            .with {
                $0.head = heads[0]
                $0.kept = Array(heads.prefix(3))
            },
        ]
    }

    private static let checkpoint = WireCheckpoint.with {
        $0.epoch = 7
        $0.position = 300
        $0.token = .max
    }

    @Sendable static func enrollRequest() -> [WireEnrollRequest] {
        [
            WireEnrollRequest(),
            .with {
                $0.secret = Data(1...8)
                $0.key = Data(Certified.root.bytes)
                $0.proof = Data(Certified.hqKey.sign(Array(1...8), for: .enroll))
                $0.name = "平板 7"
                $0.version = "1.2"
                $0.tlsRequest = "-----BEGIN CERTIFICATE REQUEST-----"
            },
        ]
    }

    @Sendable static func enrollResponse() -> [WireEnrollResponse] {
        [
            WireEnrollResponse(),
            .with {
                $0.chain = Certified.branchChain
                $0.organisation = "Ironbark"
                $0.node = "hq"
                $0.login = "li"
                $0.roles = ["technician", "dispatcher"]
                $0.branchCode = "PER"
                $0.deviceCode = "K7"
                $0.tlsCertificate = "PEM"
                $0.homeScope = scope
            },
        ]
    }

    @Sendable static func sessionRequest() -> [WireSessionRequest] {
        [
            WireSessionRequest(),
            .with {
                $0.chain = Certified.branchChain
                $0.nonce = hash
                $0.signature = Data(Certified.branchKey.sign([UInt8](hash), for: .session))
                $0.version = "1.2"
                $0.rotations = rotations
            },
        ]
    }

    static let rotations = [
        RootRotation.sign(from: Certified.hqKey, to: Certified.branchKey, at: 1_764_000_000_000, isCompromised: true)
    ]

    @Sendable static func sessionResponse() -> [WireSessionResponse] {
        [
            WireSessionResponse(),
            .with {
                $0.nonce = hash
                $0.token = "token"
                $0.expiresAt = 1_764_000_000_000
                $0.nodeTime = -1
                $0.node = "hq"
                $0.hq = true
                $0.epoch = 7
                $0.leaseDays = 90
                $0.order = deviceOrder()[1]
                $0.rotations = rotations
            },
        ]
    }

    @Sendable static func deviceOrder() -> [WireSignedDeviceOrder] {
        [
            WireSignedDeviceOrder(),
            SignedDeviceOrder.sign(
                .wipe(keepsWork: true), order: RecordID(high: 1, low: 2), to: RecordID(high: 1, low: 3),
                by: Certified.branchKey, chain: Certified.branchChain),
        ]
    }

    @Sendable static func wipeReport() -> [WireWipeReport] {
        [
            WireWipeReport(),
            WipeReport.sign(
                order: RecordID(high: 1, low: 2), at: 1_764_000_000_000, unsent: 3, by: Certified.branchKey,
                chain: Certified.branchChain),
        ]
    }

    @Sendable static func wipeReceipt() -> [WireWipeReceipt] { [WireWipeReceipt(), .with { $0.nodeTime = 1 }] }

    @Sendable static func handoverRequest() -> [WireHandoverRequest] {
        [
            WireHandoverRequest(),
            .with {
                $0.order = id
                $0.key = Data(Certified.root.bytes)
                $0.proof = hash
                $0.version = "1.2"
            },
        ]
    }

    @Sendable static func pushRequest() throws -> [WirePushRequest] {
        let receipt = try receipts().first ?? WireSignedReceipt()
        let carried = try runs().map { run in
            WireRun.with {
                $0 = run
                $0.verdicts = receipt
                $0.base = receipt
            }
        }
        return [.with { $0.pending = 3 }]
            + (try runs() + carried.prefix(1)).map { run in
                .with { $0.runs = [run, run] }
            }
    }

    @Sendable static func pushResponse() throws -> [WirePushResponse] {
        let results = try receipts().map { receipt in
            WireRunResult.with {
                $0.replica = 1
                $0.outcome = .forked
                $0.nextSeq = 2
                $0.forkedSeq = 300
                $0.receipt = receipt
                $0.code = "bad_signature"
                $0.message = "no"
            }
        }
        return [WirePushResponse()]
            + results.map { result in
                .with {
                    $0.results = [result, WireRunResult()]
                    $0.nodeTime = 1_764_000_000_000
                }
            }
    }

    @Sendable static func pullRequest() -> [WirePullRequest] {
        [
            WirePullRequest(),
            .with {
                $0.checkpoint = checkpoint
                $0.cursor = Data([2, 4, 2, 2, 2, 2, 2])
                $0.pageBytesMax = 1_000_000
                $0.heads = [
                    .with {
                        $0.replica = 1; $0.seq = 2; $0.hash = hash; $0.hqSeq = 1; $0.hqEpoch = 3
                    }
                ]
                $0.wait = 60
            },
        ]
    }

    @Sendable static func pullResponse() throws -> [WirePullResponse] {
        let receipt = try receipts().first ?? WireSignedReceipt()
        return [WirePullResponse()]
            + (try VectorSeeds.of("RecordState")).map { state in
                .with {
                    $0.states = [Data(state)]
                    $0.evicted = [id]
                    $0.cursor = Data([1])
                    $0.complete = true
                    $0.checkpoint = checkpoint
                    $0.dropped = [scope]
                    $0.receipts = [receipt]
                    $0.nodeTime = -1
                    $0.bootstrapping = true
                }
            }
    }

    @Sendable static func reconcileRequest() -> [WireReconcileRequest] {
        [
            .with {
                $0.digests = [
                    .with {
                        $0.scope = scope; $0.high = 1; $0.low = 2; $0.records = 3
                    }
                ]
            },
            .with {
                $0.ranges = [
                    .with {
                        $0.scope = scope; $0.after = Data([1]); $0.upto = [Data([2]), Data()]; $0.sums = [3, 4]
                    }
                ]
            },
            .with {
                $0.listed = [
                    .with {
                        $0.scope = scope; $0.after = Data([1]); $0.upto = id; $0.hashes = [3, 4, .max]
                    }
                ]
            },
        ]
    }

    @Sendable static func reconcileResponse() throws -> [WireReconcileResponse] {
        let states = try VectorSeeds.of("RecordState").prefix(2).map { Data($0) }
        return [
            .with {
                $0.checkpoint = checkpoint; $0.differing = [scope, "org"]
            },
            .with { $0.differingRanges = [1, 300] },
            .with {
                $0.states = Array(states)
                $0.unknown = [1, .max]
                $0.evicted = [id]
                $0.resume = .with {
                    $0.range = 2; $0.after = id
                }
                $0.recovering = true
            },
        ]
    }

    @Sendable static func bundlePart() throws -> [WireBundlePart] {
        let header = WireBundleHeader.with {
            $0.chain = Certified.branchChain
            $0.createdAt = -1
            $0.recipient = Data(Certified.root.bytes)
            $0.recipientName = "hq"
            $0.checkpoint = checkpoint
            $0.heads = pullRequest()[1].heads
            $0.since = checkpoint
        }
        let seal = WireBundleSeal.with {
            $0.hash = hash
            $0.signature = Data(Certified.branchKey.sign([1]))
        }
        let carried =
            try pushRequest().suffix(1).map { WireBundlePart.OneOf_Part.push($0) }
            + pushResponse().suffix(1).map { .results($0) } + pullResponse().suffix(1).map { .page($0) }
        return ([.header(header), .seal(seal)] + carried).map { part in .with { $0.part = part } }
    }
}
