import FieldModel
import SyncClient
import SyncWire
import Verbs

extension VerbFailure {
    /// What went wrong between this device and a node.
    init(_ failure: ExchangeFailure) {
        let known = failure.known
        self.init(known, Words(failure.message, "\(known.entry.meaning.zh)（\(failure.message)）"))
    }

    /// Nil for an error of another room.
    static func translating(_ error: any Error) -> VerbFailure? { (error as? ExchangeFailure).map(VerbFailure.init) }
}
