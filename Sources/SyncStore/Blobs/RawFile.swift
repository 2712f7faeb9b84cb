import Foundation

/// An open file, byte for byte.
struct RawFile: ~Copyable {
    private let descriptor: Int32
    let path: String

    init(_ path: String, _ flags: Int32) throws(StoreFailure) {
        self.path = path
        descriptor = open(path, flags | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw Self.failure(path) }
    }

    deinit { close(descriptor) }

    /// Waits until no other process or thread writes the file.
    func lock() throws(StoreFailure) {
        while flock(descriptor, LOCK_EX) != 0 { guard errno == EINTR else { throw Self.failure(path) } }
    }

    func size() throws(StoreFailure) -> Int64 {
        let end = lseek(descriptor, 0, SEEK_END)
        guard end >= 0 else { throw Self.failure(path) }
        return Int64(end)
    }

    /// At most `count` bytes: fewer at the file's end.
    func read(at offset: Int64, count: Int) throws(StoreFailure) -> [UInt8] {
        var failed = false
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            while initialized < count {
                let rest = UnsafeMutableRawBufferPointer(
                    rebasing: UnsafeMutableRawBufferPointer(buffer)[initialized...])
                let got = pread(descriptor, rest.baseAddress, rest.count, off_t(offset) + off_t(initialized))
                if got < 0 && errno == EINTR { continue }
                failed = got < 0
                if got <= 0 { break }
                initialized += got
            }
        }
        if failed { throw Self.failure(path) }
        return bytes
    }

    func write(_ bytes: ArraySlice<UInt8>, at offset: Int64) throws(StoreFailure) {
        var written = 0
        while written < bytes.count {
            let count = bytes.dropFirst(written).withUnsafeBytes { rest in
                pwrite(descriptor, rest.baseAddress, rest.count, off_t(offset) + off_t(written))
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { throw Self.failure(path) }
            written += count
        }
    }

    func truncate() throws(StoreFailure) { if ftruncate(descriptor, 0) != 0 { throw Self.failure(path) } }

    func sync() throws(StoreFailure) { if fsync(descriptor) != 0 { throw Self.failure(path) } }

    /// The bytes and what is needed to find them.
    func syncData() throws(StoreFailure) { if fdatasync(descriptor) != 0 { throw Self.failure(path) } }

    /// What `errno` says.
    static func failure(_ path: String) -> StoreFailure {
        let code = errno
        if code == ENOSPC || code == EDQUOT { return .diskFull }
        if code == ENOENT { return .missing(path: path) }
        return .inputOutput("\(path): \(String(cString: strerror(code)))")
    }
}
