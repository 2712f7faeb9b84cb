import FieldModel
import SyncStore
import SyncWire

/// What an examination of a device's files found.
struct Diagnosis {
    /// Of the database; nil: it is not there.
    var database: PageReport?
    /// Of the keys of people and the words of their records; nil: there never were any.
    var people: PageReport?
    var journal: JournalReport
    /// What does not agree in what can be read; nil: something cannot be read, and nothing is compared.
    var content: Verification?
    /// Other files that are not what was written.
    var files: [Words] = []
    var attachments: (checked: Int, damaged: [BlobHash]) = (0, [])
    /// Own change sets that no node is known to have, as far as any copy of them can be read; and those that are gone.
    var unsent = 0
    var gone = 0
    var isRebuilt = false

    /// The files cannot be worked with: `--salvage` makes new ones.
    var needsSalvage: Bool {
        guard let content else { return true }
        return content.count(.pages) + content.count(.chains) > 0
    }

    var isSound: Bool {
        !needsSalvage && journal.isSound && files.isEmpty && attachments.damaged.isEmpty
            && content?.faults.isEmpty == true
    }
}
