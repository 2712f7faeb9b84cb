import FieldModel
package import Foundation
import SyncStore
package import SyncWire

/// What `bundle export` and `bundle import` of both programs have in common.
package enum BundleVerb {
    /// A file's path as it was named.
    /// - Parameter folder: where the verb was called; nil: this process's.
    package static func path(_ file: String, in folder: URL? = nil) throws -> String {
        guard file != "-" else {
            throw VerbFailure(
                .usage,
                Words(
                    "A bundle is a file, not standard input or output: it is read twice, and written whole or not at all.",
                    "数据包须为文件，不能用标准输入输出：读取需两遍，写入须完整。"),
                hint: Words("Name a file; one that is called - is ./-.", "请指定文件；名为 - 的文件写作 ./-。"))
        }
        return URL(filePath: file, relativeTo: folder).path
    }

    /// Opens a bundle that this replica may take.
    package static func open(_ path: String, root: Roots, reader: PublicKey) throws -> SealedBundle {
        try reading(path) {
            let bundle = try SealedBundle(verifying: BundleFile.source(path), root: root)
            if bundle.writer.key == reader {
                throw VerbFailure(
                    .usage, Words("\(path) was written here; it is for others.", "\(path) 是本机写出的，供他人导入。"),
                    hint: Words("Import it at a node.", "请在节点导入。"))
            }
            let recipient = [UInt8](bundle.header.recipient)
            guard recipient.isEmpty || recipient == reader.bytes else {
                let name = bundle.header.recipientName
                throw VerbFailure(
                    .scopeDenied, Words("\(path) is for \(name) alone.", "\(path) 只供 \(name) 导入。"),
                    hint: Words("Import it there.", "请在该处导入。"))
            }
            return bundle
        }
    }

    /// Reads a bundle, and tells what is wrong with the file in plain words.
    package static func reading<T>(_ path: String, _ body: () throws -> T) throws -> T {
        do { return try body() } catch let error as WireError {
            throw VerbFailure(error, of: path)
        } catch StoreFailure.missing {
            throw VerbFailure(
                .notFound, Words("There is no file \(path).", "没有文件 \(path)。"),
                hint: Words("Check the path.", "请检查路径。"))
        }
    }

    /// Writes a bundle whole or not at all.
    /// - Returns: the file's size.
    package static func write(
        _ path: String, _ header: WireBundleHeader, by key: SigningKey, _ body: (BundleWriter) throws -> Void
    ) throws -> Int64 {
        do {
            return try BundleFile.write(path) { sink in
                let writer = try BundleWriter(header, to: sink)
                try body(writer)
                try writer.seal(by: key)
            }
        } catch is BlobFileExists {
            throw VerbFailure(
                .exists, Words("There is a file \(path) already.", "文件 \(path) 已存在。"),
                hint: Words("Choose another name; nothing is overwritten.", "请换一个文件名；已有文件不会被覆盖。"))
        } catch StoreFailure.missing {
            throw VerbFailure(
                .notFound, Words("\(path) cannot be made: there is no such folder.", "无法创建 \(path)：目录不存在。"),
                hint: Words("Name a file in a folder that is there.", "请指定已有目录中的文件。"))
        }
    }
}

extension VerbFailure {
    fileprivate init(_ error: WireError, of path: String) {
        switch error {
        case .badSignature:
            self.init(
                .badSignature,
                Words(
                    "\(path) is no whole bundle: it was cut short or changed, or is another kind of file. Nothing of it "
                        + "was taken.",
                    "\(path) 不是完整的数据包：被截断、被改动，或不是数据包。未接受其任何内容。"),
                hint: Words(
                    "Copy it again from where it was made, or have it made again.", "请从原处重新拷贝，或重新导出。"))
        case .untrusted:
            self.init(
                .untrusted,
                Words(
                    "\(path) is of another organisation. Nothing of it was taken.", "\(path) 属于其他组织。未接受其任何内容。"),
                hint: Words("See whether it is the right file.", "请确认文件是否正确。"))
        case .upgradeRequired:
            self.init(
                .upgradeRequired,
                Words(
                    "\(path) was written by a newer version. What came before that part was taken.",
                    "\(path) 由较新版本写出；此前的内容已接受。"))
        default:
            self.init(
                error.code,
                Words(
                    "\(path): \(error.detail). What came before that part was taken.",
                    "\(path)：\(error.detail)。此前的内容已接受。"),
                hint: Words(
                    "Report it: the program that wrote it has a fault, or means harm.", "请报告：写出它的程序有缺陷或怀有恶意。"))
        }
    }
}
