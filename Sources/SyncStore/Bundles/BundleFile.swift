import Foundation
package import SyncWire

/// A bundle as a file, also on a stick that comes from elsewhere.
package enum BundleFile {
    /// - Throws: `StoreFailure`: `missing` when there is no such file.
    package static func source(_ path: String) throws -> ByteSource {
        var isFolder = ObjCBool(false)
        if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
            throw StoreFailure.inputOutput("\(path) is a folder")
        }
        // Not to wait for whoever would write into a pipe.
        let file = try OpenFile(BlobFile(path, O_RDONLY | O_NONBLOCK))
        return ByteSource(size: try file.file.size()) { try file.file.read(at: $0, count: $1) }
    }

    /// Writes a new file, durably, under another name until it is whole.
    /// - Parameter body: is given what takes the file's bytes, in order.
    /// - Returns: the file's size.
    /// - Throws: `BlobFileExists` when there is a file of that name; `StoreFailure`; what `body` throws.
    package static func write(_ path: String, _ body: (@escaping ([UInt8]) throws -> Void) throws -> Void) throws
        -> Int64
    {
        try demandFree(path)
        let part = path + ".part"
        let draft = try OpenFile(BlobFile(part, O_RDWR | O_CREAT | O_TRUNC))
        do {
            try body { try draft.append($0) }
            try draft.file.sync()
            // Not a link, which a stick's file system does not have.
            try demandFree(path)
            guard rename(part, path) == 0 else { throw RawFile.failure(path) }
        } catch {
            unlink(part)
            throw error
        }
        try DurableFile.syncDirectory(of: path)
        return draft.size
    }

    private static func demandFree(_ path: String) throws {
        if FileManager.default.fileExists(atPath: path) { throw BlobFileExists() }
    }
}

/// A file that closures can share.
private final class OpenFile {
    let file: BlobFile
    private(set) var size: Int64 = 0

    init(_ file: consuming BlobFile) { self.file = file }

    func append(_ bytes: [UInt8]) throws {
        try file.write(bytes[...], at: size)
        size += Int64(bytes.count)
    }
}
