"""What a reader refuses, and the limits of R-3."""

# pieces are counted, and bytes measured, before anything of them is read.
CHANGE_SET_BYTES_MAX = 1_000_000
STATE_BYTES_MAX = 4_000_000
VALUE_BYTES_MAX = 65_536
NAME_BYTES_MAX = 200
RESPONSE_BYTES_MAX = 32_000_000
REQUEST_BODY_BYTES_MAX = 8_000_000
REQUEST_BYTES_MAX = 32_000_000
COUNT_MAX = {
    ("ChangeSet", "changes"): 1_000,
    ("Change", "fields"): 200,
    ("ChangeSet", "fields of all changes"): 50_000,
    ("PullRequest", "heads"): 1_000,
    ("PullResponse", "states"): 200_000,
    ("PullResponse", "evicted"): 200_000,
    ("PullResponse", "receipts"): 1_000,
    ("PullResponse", "dropped"): 100_000,
    ("PushRequest", "runs"): 1_000,
    ("PushRequest", "person_keys"): 100_000,
    ("PullResponse", "person_keys"): 100_000,
    ("ReconcileResponse", "person_keys"): 100_000,
    ("PushResponse", "results"): 1_000,
    ("BundleHeader", "heads"): 1_000,
    ("BundleHeader", "chain"): 4,
    ("BundleHeader", "rotations"): 100,
    ("EnrollResponse", "rotations"): 100,
    ("SessionRequest", "rotations"): 100,
    ("SessionResponse", "rotations"): 100,
    ("Run", "sets"): 10_000,
    ("Run", "chain"): 4,
    ("SignedReceipt", "chain"): 4,
    ("Receipt", "refusals"): 10_000,
    ("Receipt", "undecided"): 10_000,
    ("AuditRequest", "kept"): 16,
    ("AuditResponse", "kept"): 16,
    ("AuditHeads", "heads"): 10_000,
    ("SignedAuditHead", "chain"): 4,
    ("ReconcileRequest", "ranges"): 65_536,
    ("ReconcileRequest", "listed"): 65_536,
    ("SummedRanges", "upto"): 65_536,
    ("SummedRanges", "sums"): 65_536,
    ("ListedRange", "hashes"): 131_072,
    ("ReconcileResponse", "states"): 200_000,
    ("ReconcileResponse", "evicted"): 200_000,
    ("ReconcileResponse", "differing_ranges"): 65_536,
    ("ReconcileResponse", "unknown"): 131_072,
    ("ReconcileResponse", "differing"): 100_000,
    ("ReconcileResponse", "dropped"): 100_000,
    ("ReconcileResponse", "unheld"): 100_000,
}
# Of these the pieces of all lists in a message count together; and so do those of all lists whatever.
COUNTED_IN_ALL = {("Run", "sets"), ("SummedRanges", "upto"), ("SummedRanges", "sums")}
PIECES_MAX = 200_000
BYTES_MAX = {
    ("PullResponse", "dropped"): NAME_BYTES_MAX,
    ("ScopeDigest", "scope"): NAME_BYTES_MAX,
    ("SummedRanges", "scope"): NAME_BYTES_MAX,
    ("ListedRange", "scope"): NAME_BYTES_MAX,
    ("ReconcileResponse", "differing"): NAME_BYTES_MAX,
    ("ReconcileResponse", "dropped"): NAME_BYTES_MAX,
    ("ReconcileResponse", "unheld"): NAME_BYTES_MAX,
    ("BundleHeader", "recipient_name"): NAME_BYTES_MAX,
    ("SignedRootRotation", "rotation"): 100,
    ("Certificate", "name"): NAME_BYTES_MAX,
    ("Certificate", "code"): NAME_BYTES_MAX,
    ("Run", "sets"): CHANGE_SET_BYTES_MAX,
    ("PullResponse", "states"): STATE_BYTES_MAX,
    ("ReconcileResponse", "states"): STATE_BYTES_MAX,
    ("SignedCertificate", "certificate"): 2_000,
    ("SignedReceipt", "receipt"): 4_000_000,
    ("PersonKey", "person"): 16,
    ("PersonKey", "key"): 32,
    ("Sealed", "content"): VALUE_BYTES_MAX + 64,
    ("FieldWrite", "known"): VALUE_BYTES_MAX,
    ("FieldValue", "known"): VALUE_BYTES_MAX,
}


class Refused(Exception):
    """Bytes that are not what the protocol says; `reason` is a word of `expect` in vectors/README.md."""

    def __init__(self, reason, why=""):
        super().__init__(f"{reason}: {why}" if why else reason)
        self.reason = reason


def require(condition, why, reason="malformed"):
    if not condition:
        raise Refused(reason, why)
