import FieldModel
import SyncClient
import SyncWire
import Verbs

extension VerbFailure {
    /// What went wrong between this device and a node.
    init(_ failure: ExchangeFailure) {
        let known = failure.known
        let words = Words(failure.message, "\(known.entry.meaning.zh)（\(failure.message)）")
        // Whoever calls again sooner is only told so again.
        guard case .busy(_, _, let seconds?) = failure else {
            self.init(known, words)
            return
        }
        self.init(
            known, words,
            hint: Words(
                "Nothing is lost. Try again in \(seconds) s.", "没有丢失任何内容。请在 \(seconds) 秒后重试。"))
    }

    /// Nil for an error of another room.
    static func translating(_ error: any Error) -> VerbFailure? { (error as? ExchangeFailure).map(VerbFailure.init) }
}
