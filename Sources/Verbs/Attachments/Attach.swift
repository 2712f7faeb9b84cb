package import ArgumentParser
import FieldModel
import Foundation
import SyncCore
package import SyncStore
import SyncWire

extension VerbContext {
    /// A file that belongs to a record: its bytes are kept here first, then the record that names them is written.
    package func attach(_ ref: String, _ path: String, caption: String?, kind: String?, at: String?) throws -> Report {
        let url = URL(filePath: path, relativeTo: directory)
        let subject = try store.read { try Lookup.record(ref, $0).id }
        let file = try add(url)
        let kind = kind ?? (MediaType.of(url.lastPathComponent).hasPrefix("image/") ? "photo" : "document")
        let arguments = ["kind=\(kind)"] + (caption.map { ["caption=\($0)"] } ?? [])
        let draft = try store.write { access in
            let edits = FieldEdits(entity: Catalogue.attachment, creating: true, access: access)
            var draft = try newDraft(Catalogue.attachment, edits.edits(FieldArgument.parse(arguments)), access)
            draft.put("subject", .reference(subject))
            draft.put("sha256", .text(file.hash.description))
            draft.put("size", .integer(file.size))
            draft.put("media_type", .text(MediaType.of(url.lastPathComponent)))
            draft.put("name", .text(url.lastPathComponent))
            draft.put("taken_at", try at.map { try occurrence($0) } ?? Self.changed(url) ?? nowInstant)
            try commit([draft], access)
            return draft
        }
        return attached(draft, file)
    }

    private func add(_ url: URL) throws -> (hash: BlobHash, size: Int64) {
        guard let file = try? FileManager.default.attributesOfItem(atPath: url.resolvingSymlinksInPath().path) else {
            throw VerbFailure(
                .notFound, Words("There is no file \(url.path).", "没有文件 \(url.path)。"),
                hint: Words("Check the path.", "请检查路径。"))
        }
        switch (file[.type] as? FileAttributeType, file[.size] as? Int) {
        case (.typeDirectory?, _):
            throw VerbFailure(
                .usage, Words("\(url.path) is a folder; an attachment is a file.", "\(url.path) 是目录；附件须为文件。"),
                hint: Words("Attach its files one by one, or one archive of them.", "请逐个添加其中的文件，或打包成一个文件。"))
        case (.typeRegular?, 0):
            throw VerbFailure(
                .usage, Words("\(url.path) is empty.", "\(url.path) 是空文件。"),
                hint: Words("Take or copy it again, or name another file.", "请重新拍摄或拷贝，或指定其他文件。"))
        default: return try blobs.add(copyOf: url.path)
        }
    }

    /// When the file was made, as a camera leaves it.
    private static func changed(_ url: URL) -> Value? {
        guard let date = try? FileManager.default.attributesOfItem(atPath: url.path)[.modificationDate] as? Date else {
            return nil
        }
        let milliseconds = Int64((date.timeIntervalSince1970 * 1000).rounded(.down))
        return .instant(milliseconds: milliseconds, offsetMinutes: LocalZone.offsetMinutes(at: milliseconds))
    }

    private func attached(_ draft: RecordDraft, _ file: (hash: BlobHash, size: Int64)) -> Report {
        var report = written(draft)
        guard case .object(let members)? = report.json else { return report }
        let more: [(String, JSONValue)] = [
            ("sha256", .string(file.hash.description)), ("size", .integer(file.size)),
        ]
        report.json = .object(members + more)
        return report
    }
}

extension VerbContext {
    package var blobs: Blobs { Blobs(store) }
}

package struct Attach<Where: Place>: PlacedVerb {
    package static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "attach", abstract: "Attach a photo, document or signature to a record (添加附件).",
            discussion: """
                The file is copied, so that it may be moved or deleted afterwards, and it is sent after everything else: no \
                record waits for it. What it is follows from its name, unless --kind says so.

                Example: \(program) attach WO-GZ03-K7-000214-5 leak.jpg --caption "hose, left side"
                Example: \(program) attach VI-GZ03-K7-000031-2 sign.png --kind signature
                """)
    }

    @Argument(help: "The record: its number, its id, or 6 or more last digits of the id.")
    package var ref: String

    @Argument(help: "The file.")
    package var file: String

    @Option(help: "What it shows, in a sentence.")
    package var caption: String?

    @Option(help: "photo, document or signature.")
    package var kind: String?

    @Option(help: "When it was taken, such as 2026-11-22T14:05 (default: when the file was last changed).")
    package var at: String?

    @OptionGroup package var place: Where
    @OptionGroup package var output: OutputOptions

    package init() {}

    package func report(_ context: VerbContext) throws -> Report {
        try context.attach(ref, file, caption: caption, kind: kind, at: at)
    }
}
