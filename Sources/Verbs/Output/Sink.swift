import Foundation
import Synchronization

/// Where a verb's answer goes: this process's own streams, or the memory of a server that answers for another process.
package struct Sink: Sendable {
    package let standardOutput: @Sendable ([UInt8]) -> Void
    package let standardError: @Sendable ([UInt8]) -> Void
    /// Whether a person at a terminal reads the errors.
    package let isTerminal: Bool

    package init(
        standardOutput: @escaping @Sendable ([UInt8]) -> Void, standardError: @escaping @Sendable ([UInt8]) -> Void,
        isTerminal: Bool = false
    ) {
        self.standardOutput = standardOutput
        self.standardError = standardError
        self.isTerminal = isTerminal
    }

    /// The streams of this process.
    package static let process = Sink(
        standardOutput: { FileHandle.standardOutput.write(Data($0)) },
        standardError: { FileHandle.standardError.write(Data($0)) },
        isTerminal: isatty(STDERR_FILENO) == 1)
}

/// What a verb printed, kept for whoever asked.
package final class CollectedOutput: Sendable {
    private let bytes = Mutex((standardOutput: [UInt8](), standardError: [UInt8]()))

    package init() {}

    package var sink: Sink {
        Sink(
            standardOutput: { more in self.bytes.withLock { $0.standardOutput += more } },
            standardError: { more in self.bytes.withLock { $0.standardError += more } })
    }

    package var standardOutput: [UInt8] { bytes.withLock { $0.standardOutput } }
    package var standardError: [UInt8] { bytes.withLock { $0.standardError } }
}
