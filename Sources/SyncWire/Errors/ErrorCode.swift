/// Every code that a node answers with, that a verdict carries, or that a program prints. A code is for ever;
/// `protocol/errors.md` is this list for people.
package enum ErrorCode: String, CaseIterable, Sendable {
    // The exchange: requests
    case badRequest = "bad_request"
    case payloadTooLarge = "payload_too_large"
    case decompressionLimit = "decompression_limit"
    case upgradeRequired = "upgrade_required"
    case rateLimited = "rate_limited"
    case storageFull = "storage_full"
    case unavailable
    case internalError = "internal_error"
    // The exchange: chains and checkpoints
    case badSignature = "bad_signature"
    case replicaForked = "replica_forked"
    case replicaOwned = "replica_owned"
    case sequenceGap = "sequence_gap"
    case epochChanged = "epoch_changed"
    case badCheckpoint = "bad_checkpoint"
    // Identity and trust
    case unauthenticated
    case signatureMismatch = "signature_mismatch"
    case certificateExpired = "certificate_expired"
    case untrusted
    case revoked
    case suspended
    case wiped
    case handedOver = "handed_over"
    case badCode = "bad_code"
    case codeUnknown = "code_unknown"
    case codeUsed = "code_used"
    case codeExpired = "code_expired"
    // Rules that refuse a write or a read
    case scopeDenied = "scope_denied"
    case fieldForbidden = "field_forbidden"
    case notOwn = "not_own"
    case unknownAuthor = "unknown_author"
    case creationRefused = "creation_refused"
    case keyCompromised = "key_compromised"
    case constraint
    case derived
    case setOnce = "set_once"
    case neverEdited = "never_edited"
    case exists
    case unsealed
    case personKeyMissing = "person_key_missing"
    case personErased = "person_erased"
    // What was asked for or written cannot be
    case usage
    case unknownType = "unknown_type"
    case unknownField = "unknown_field"
    case invalidValue = "invalid_value"
    case unknownChoice = "unknown_choice"
    case wrongType = "wrong_type"
    case wrongReference = "wrong_reference"
    case selfReference = "self_reference"
    case outOfRange = "out_of_range"
    case missing
    case notFound = "not_found"
    case ambiguous
    // This computer
    case offline
    case notEnrolled = "not_enrolled"
    case locked
    case leaseExpired = "lease_expired"
    case attention
    case integrity
    case diskFull = "disk_full"
    case ioError = "io_error"
    case busy
    case takenOver = "taken_over"
}
