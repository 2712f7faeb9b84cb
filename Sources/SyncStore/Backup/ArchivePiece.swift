import SyncWire

/// The pages that changed in one second, or in part of one, as they stood at its end.
struct ArchivePiece: Sendable {
    /// Since 1970: everything that was committed up to the end of this second is in this piece or one before it.
    let second: Int64
    /// Where the write-ahead log was then.
    let place: WriteAheadLog.Place
    /// Of the whole database; 0 when what was committed goes on in the next piece.
    let databasePages: UInt32
    let pages: [UInt32: [UInt8]]

    /// Compressed: pages are half empty as a rule.
    func encoded() -> [UInt8] {
        var out = ByteWriter()
        out.signed(second)
        for word in [place.salts.0, place.salts.1, place.checksum.0, place.checksum.1, databasePages] {
            out.unsigned(UInt64(word))
        }
        out.unsigned(UInt64(place.frames))
        out.unsigned(UInt64(pages.count))
        for (number, bytes) in pages.sorted(by: { $0.key < $1.key }) {
            out.unsigned(UInt64(number))
            out.counted(bytes)
        }
        return Zstd.compress(out.bytes, level: 1)
    }

    init(second: Int64, place: WriteAheadLog.Place, databasePages: UInt32 = 0, pages: [UInt32: [UInt8]] = [:]) {
        (self.second, self.place, self.databasePages, self.pages) = (second, place, databasePages, pages)
    }

    init(decoding bytes: [UInt8]) throws {
        guard case .ok(let plain) = Zstd.decompress(bytes, limit: BackupLimits.pieceBytesMax) else {
            throw ByteReader.damage
        }
        var input = ByteReader(plain)
        second = try input.signed()
        let words = try (0..<5).map { _ in UInt32(truncatingIfNeeded: try input.unsigned()) }
        databasePages = words[4]
        place = WriteAheadLog.Place(
            salts: (words[0], words[1]), frames: Int(clamping: try input.unsigned()), checksum: (words[2], words[3]))
        var pages: [UInt32: [UInt8]] = [:]
        for _ in 0..<(try input.count()) {
            let number = UInt32(truncatingIfNeeded: try input.unsigned())
            pages[number] = try input.counted()
        }
        self.pages = pages
    }
}
