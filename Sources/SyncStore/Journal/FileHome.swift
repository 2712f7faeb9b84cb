import FileShim
import Foundation
import SyncWire

/// Which file of which machine it is: a copy is another file, and content that was put back into a file is not its own.
struct FileHome: Hashable {
    let inode: UInt64
    /// When the file was made, in nanoseconds; 0 where the file system does not tell. A number of an inode is soon used again.
    let birth: UInt64
    let machine: UInt64

    init(inode: UInt64, birth: UInt64, machine: UInt64) {
        (self.inode, self.birth, self.machine) = (inode, birth, machine)
    }

    /// Of a file that is there.
    init(of path: String) throws(StoreFailure) {
        var (inode, birth): (UInt64, UInt64) = (0, 0)
        errno = fl_identity(path, &inode, &birth)
        guard errno == 0 else { throw RawFile.failure(path) }
        self.init(inode: inode, birth: birth, machine: Self.thisMachine)
    }

    private static let thisMachine: UInt64 = {
        let id = FileManager.default.contents(atPath: "/etc/machine-id") ?? Data()
        return Hash.sha256([UInt8](id)).prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }()
}
