/// A number that people read out and type, made offline without coordination: `WO-GZ03-K7-000214-T`.
/// The code of a device is given at enrolment, so no two devices make the same number.
package struct ReadableNumber: Sendable, Hashable {
    /// Of the entity type, such as WO.
    package let prefix: String
    package let branch: String
    package let device: String
    package let counter: UInt32

    /// Codes are 1 to 8 capital letters and digits; nil for other codes, and for a counter of more than nine digits.
    package init?(prefix: String, branch: String, device: String, counter: UInt32) {
        guard [prefix, branch, device].allSatisfy(Self.isCode), counter <= ModelLimits.numberCounterMax else {
            return nil
        }
        (self.prefix, self.branch, self.device, self.counter) = (prefix, branch, device, counter)
    }

    /// Reads a number as printed, in capital or small letters.
    package init(text: String) throws(ReadableNumberError) {
        let parts = text.uppercased().split(separator: "-", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 5, (6...9).contains(parts[3].utf8.count), let counter = UInt32(parts[3]),
            let number = Self(prefix: parts[0], branch: parts[1], device: parts[2], counter: counter),
            number.body.hasSuffix("-" + parts[3]), parts[4].utf8.count == 1, Self.isCode(parts[4])
        else { throw .malformed }
        guard number.check == parts[4] else { throw .mistyped }
        self = number
    }

    package var text: String { "\(body)-\(check)" }

    private var body: String { "\(prefix)-\(branch)-\(device)-\(padded(counter, to: 6))" }
    private var check: String { CheckCharacter.of(body) }

    private static func isCode(_ text: String) -> Bool {
        (1...8).contains(text.utf8.count) && text.utf8.allSatisfy { CheckCharacter.value(of: $0) != nil }
    }
}

package enum ReadableNumberError: Error {
    /// Not of the form of a readable number.
    case malformed
    /// Of that form, but the check character says that some character was mistyped or two were swapped.
    case mistyped
}
