package import ArgumentParser
import FieldModel
import SyncCore
import SyncStore

extension VerbContext {
    /// Attachments, newest first.
    /// - Parameter ref: the record that they belong to; nil: all.
    package func attachments(of ref: String?, limit: Int) throws -> Report {
        try store.read { access in
            let subject = try ref.map { try Lookup.record($0, access).id }
            guard let field = Catalogue.attachment.field(named: "subject") else { return .list([]) { _ in [] } }
            let matches = subject.map { [FieldMatch(tag: field.tag, value: .reference($0))] } ?? []
            let found = try access.list(EntityTag.attachment, matching: matches, limit: limit)
            let views = try found.items.compactMap { try AttachmentView($0, access) }
            let lines = try Self.table(views, RecordNames(access), language)
            let more = [Words("There are more: raise --limit.", "还有更多：请增大 --limit。")]
            return .list(
                views.map(\.json), with: [("more", .bool(found.more))],
                remarks: views.isEmpty ? [Words("No attachments.", "没有附件。")] : found.more ? more : []
            ) { _ in lines }
        }
    }

    private static func table(
        _ views: [AttachmentView], _ names: RecordNames, _ language: Language
    ) throws -> [String] {
        var table = TextTable()
        for view in views {
            let record = view.record
            let subject = try record.reference("subject").map { try names.name(of: $0) } ?? "–"
            table.add([
                RecordNames.suffix(of: record.id), subject, record.text(of: "name") ?? "–", ByteCount.text(view.size),
                view.words[language], record.text(of: "caption") ?? "",
            ])
        }
        return table.lines
    }
}

package struct AttachmentList<Where: Place>: PlacedVerb {
    package static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "list", abstract: "List attachments and where their bytes are (附件列表).",
            discussion: """
                state: local (nowhere but here), uploading, branch, hq; null where that is not known. here: whether the \
                bytes are on this computer.

                Example: \(program) attachments list WO-GZ03-K7-000214-5
                """)
    }

    @Argument(help: "The record that they belong to (default: all).")
    package var ref: String?

    @Option(help: "At most so many.")
    package var limit = 1000

    @OptionGroup package var place: Where
    @OptionGroup package var output: OutputOptions

    package init() {}

    package func validate() throws { try RecordLimit.validate(limit) }

    package func report(_ context: VerbContext) throws -> Report { try context.attachments(of: ref, limit: limit) }
}
