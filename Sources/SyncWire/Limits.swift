/// Every limit of the exchange, with its unit in its name. What is longer is refused before it is read.
package enum Limits {
    // Change sets and what is in them.
    package static let changeSetBytesMax = 1_000_000
    package static let changeSetChangesMax = 1000
    package static let fieldsPerChangeMax = 200
    /// Of all changes together. What is decoded of a field takes a hundred times the bytes that it may have.
    package static let changeSetFieldsMax = 50_000
    package static let valueBytesMax = 65_536
    /// A value with its key and length, sealed.
    package static let sealedValueBytesMax = valueBytesMax + 64
    package static let recordStateBytesMax = 4_000_000

    // Numbers. Their least safe reader is a program whose numbers are 64-bit floating point.
    package static let dotNumberMax: UInt64 = 1 << 53 - 1
    /// As many as a UUIDv7 can carry: the year 10889.
    package static let timestampMillisecondsMax: Int64 = 1 << 48 - 1
    /// Whether milliseconds that a node told can be the time.
    package static func isTime(_ milliseconds: Int64) -> Bool { 1...timestampMillisecondsMax ~= milliseconds }
    /// From year 0000 to year 9999, so that each has a civil date of four digits.
    package static let instantMilliseconds: ClosedRange<Int64> = -62_167_219_200_000...253_402_300_799_999
    package static let dateDays: ClosedRange<Int32> = -719_528...2_932_896
    package static let offsetMinutesMax: Int16 = 1080
    package static let decimalScaleMax: UInt8 = 18

    // Bodies.
    package static let requestBodyBytesMax = 8_000_000
    package static let requestBodyDecompressedBytesMax = 16_000_000
    /// Of whoever has no session, also after decompression.
    package static let strangerBodyBytesMax = 131_072
    package static let pageBytesMax = 4_000_000
    package static let smallDevicePageBytesMax = 1_000_000
    /// A page is never longer than its limit by more than one state.
    package static let responseBodyDecompressedBytesMax = 32_000_000
    /// A message of at most so many bytes is not worth compressing.
    package static let plainFrameBytesMax = 256

    // Counts in one request.
    /// Of all lists together, also of those in the message's parts.
    package static let piecesPerMessageMax = 200_000
    package static let runsPerPushMax = 1000
    /// Of a run, and of all runs of a push together.
    package static let runSetsMax = 10_000
    package static let headsPerPullMax = 1000
    package static let scopesPerPullMax = 100_000
    package static let statesPerPageMax = 200_000
    package static let personKeysMax = 100_000
    package static let digestsMax = 100_000
    package static let rangesPerReconcileMax = 65_536
    package static let listedHashesMax = 131_072
    package static let chainCertificatesMax = 4
    /// HQ's root key is replaced every few years.
    package static let rootRotationsMax = 100
    static let rootRotationBytesMax = 100
    package static let certificateBytesMax = 2000
    package static let receiptBytesMax = 4_000_000
    package static let rolesMax = 50
    package static let auditHeadsPerRequestMax = 16
    package static let auditHeadsInFileMax = 10_000
    package static let deviceOrderBytesMax = 200

    // Attachments.
    package static let blobBytesMax: Int64 = 512 * 1024 * 1024
    package static let blobChunkBytesMax = 256 * 1024

    // Texts and time.
    package static let nameBytesMax = 200
    package static let waitSecondsMax = 60
    /// How long a replica may be silent, and a node that lost its data takes back what devices still know.
    package static let leaseDays: Int64 = 180
    package static let nonceBytes = 32
    package static let enrolmentSecretBytes = 8
}
