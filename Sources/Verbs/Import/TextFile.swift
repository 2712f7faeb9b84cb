import FieldModel
import Foundation
import Glibc
import SyncWire

/// A text file in one of the encodings that office programs write.
enum TextFile {
    enum Encoding: String, Decodable, CaseIterable {
        case utf8 = "utf-8"
        case gb18030
    }

    static func read(_ path: String, encoding: Encoding) throws -> String {
        try text(of: [UInt8](try Data(contentsOf: URL(filePath: path))), path, encoding: encoding)
    }

    /// - Throws: `VerbFailure` where a byte sequence is none of the encoding, with its line.
    static func text(of bytes: [UInt8], _ path: String, encoding: Encoding) throws -> String {
        var bytes = bytes
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) {
            bytes.removeFirst(3)
            return try utf8(bytes, path)
        }
        return switch encoding {
        case .utf8: try utf8(bytes, path)
        case .gb18030: try gb18030(bytes, path)
        }
    }

    private static func utf8(_ bytes: [UInt8], _ path: String) throws -> String {
        if let text = String(validating: bytes, as: UTF8.self) { return text }
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        let number = (lines.firstIndex { String(validating: $0, as: UTF8.self) == nil } ?? 0) + 1
        throw wrongEncoding(.utf8, path, line: number)
    }

    private static func gb18030(_ bytes: [UInt8], _ path: String) throws -> String {
        guard let converter = iconv_open("UTF-8", "GB18030"), Int(bitPattern: converter) != -1 else {
            throw VerbFailure(
                .ioError, Words("This system cannot read GB18030.", "本系统无法读取 GB18030 编码。"),
                hint: Words("Convert the file to UTF-8.", "请将文件转换为 UTF-8。"))
        }
        defer { iconv_close(converter) }
        var input = bytes.map { CChar(bitPattern: $0) }
        var output = [CChar](repeating: 0, count: bytes.count * 2 + 16)
        let (read, written): (Int, Int) = input.withUnsafeMutableBufferPointer { source in
            output.withUnsafeMutableBufferPointer { target in
                var (from, left) = (source.baseAddress, source.count)
                var (to, room) = (target.baseAddress, target.count)
                _ = iconv(converter, &from, &left, &to, &room)
                return (source.count - left, target.count - room)
            }
        }
        guard read == bytes.count else {
            throw wrongEncoding(.gb18030, path, line: 1 + bytes.prefix(read).count { $0 == UInt8(ascii: "\n") })
        }
        return String(decoding: output.prefix(written).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    private static func wrongEncoding(_ encoding: Encoding, _ path: String, line: Int) -> VerbFailure {
        VerbFailure(
            .usage,
            Words(
                "\(path), line \(line): these bytes are not \(encoding.rawValue).",
                "\(path) 第 \(line) 行：不是 \(encoding.rawValue) 编码。"),
            hint: Words(
                "Set \"encoding\" in the import map: utf-8 or gb18030.", "请在导入映射中设置 encoding：utf-8 或 gb18030。"))
    }
}
