import Foundation
import GRDBSQLite
import SealedPages
import SyncWire

/// The pages of a database that nobody has open, put into their places one by one.
final class PagesFile {
    private enum Way {
        case plain(FileHandle)
        case sealed(OpaquePointer)
    }

    private let path: String
    private var way: Way?

    init(_ database: DatabaseFile) throws {
        path = database.path
        guard let key = database.key else {
            way = .plain(try FileHandle(forUpdating: URL(filePath: path)))
            return
        }
        var pages: OpaquePointer?
        try SealedResult.demand(sp_pages_open(path, key.key(for: .pages), &pages), path)
        way = pages.map(Way.sealed)
    }

    deinit { try? finish() }

    /// - Parameter number: from 1.
    func write(_ page: [UInt8], at number: UInt32) throws {
        switch way {
        case .plain(let file):
            try file.seek(toOffset: UInt64(number - 1) * UInt64(page.count))
            try file.write(contentsOf: Data(page))
        case .sealed(let pages):
            guard page.count == SP_PAGE_BYTES else { throw StoreFailure.integrity("a page of \(page.count) bytes") }
            try SealedResult.demand(sp_pages_write(pages, number, page), path)
        case nil: preconditionFailure("the file is finished")
        }
    }

    func truncate(pages count: UInt32, of bytes: Int) throws {
        switch way {
        case .plain(let file): try file.truncate(atOffset: UInt64(count) * UInt64(bytes))
        case .sealed(let pages): try SealedResult.demand(sp_pages_truncate(pages, count), path)
        case nil: preconditionFailure("the file is finished")
        }
    }

    /// Everything is on the disk when it returns.
    func finish() throws {
        guard let way else { return }
        self.way = nil
        switch way {
        case .plain(let file):
            try file.synchronize()
            try file.close()
        case .sealed(let pages): try SealedResult.demand(sp_pages_close(pages), path)
        }
    }
}
