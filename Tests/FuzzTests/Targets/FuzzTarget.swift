import FieldModel
import SyncClient
import SyncStore
import SyncWire
@testable import Verbs

/// A decoder of bytes that come from outside, with what it promises whatever they are.
struct FuzzTarget: Sendable, CustomStringConvertible {
    let name: String
    /// Longer inputs find nothing that shorter ones do not.
    let bytesMax: Int
    /// Whether one input costs a signature.
    let isSlow: Bool
    /// Inputs to begin with.
    let seeds: @Sendable () throws -> [[UInt8]]
    /// Decodes, and throws `BrokenPromise` where what came of it is not as promised. Whatever else it throws must be an
    /// error that the program answers with a code.
    let check: @Sendable ([UInt8]) throws -> Void

    init(
        _ name: String, bytesMax: Int = 4096, isSlow: Bool = false,
        seeds: @escaping @Sendable () throws -> [[UInt8]], check: @escaping @Sendable ([UInt8]) throws -> Void
    ) {
        self.name = name
        self.bytesMax = bytesMax
        self.isSlow = isSlow
        self.seeds = seeds
        self.check = check
    }

    var description: String { name }

    /// A sentence when a promise was broken; nil when the bytes were taken or refused as they should be.
    func brokenPromise(by bytes: [UInt8]) -> String? {
        do {
            try check(bytes)
            return nil
        } catch let broken as BrokenPromise {
            return broken.sentence
        } catch {
            return Self.isRefusal(error) ? nil : "\(type(of: error)) is no refusal: \(error)"
        }
    }

    private static func isRefusal(_ error: any Error) -> Bool {
        switch error {
        case is WireError, is StoreFailure, is EnrolmentCodeError, is ReadableNumberError, is ValueError, is TLSFailure,
            is ExchangeFailure, is VerbFailure, is RowError:
            true
        default: false
        }
    }

    static let all: [FuzzTarget] = messages + states + trust + bodies + texts + imports + kept

    static func named(_ name: String) -> FuzzTarget? { all.first { $0.name == name } }
}

/// What a decoder promised and did not keep.
struct BrokenPromise: Error {
    let sentence: String

    init(_ sentence: String) { self.sentence = sentence }

    static func unless(_ isKept: Bool, _ sentence: String) throws(BrokenPromise) {
        if !isKept { throw BrokenPromise(sentence) }
    }
}
