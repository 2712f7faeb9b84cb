import SyncCore

/// A value in a state blob: one byte of kind, then its content.
enum StoredValue {
    static func write(_ value: Value, to out: inout ByteWriter) {
        switch value {
        case .text(let text):
            out.byte(0)
            out.counted(text.utf8)
        case .integer(let integer):
            out.byte(1)
            out.signed(integer)
        case .decimal(let unscaled, let scale):
            out.byte(2)
            out.signed(unscaled)
            out.byte(scale)
        case .bool(let bool): out.byte(bool ? 4 : 3)
        case .instant(let milliseconds, let offset):
            out.byte(5)
            out.signed(milliseconds)
            out.signed(Int64(offset))
        case .date(let days):
            out.byte(6)
            out.signed(Int64(days))
        case .money(let minor, let currency):
            out.byte(7)
            out.signed(minor)
            out.counted(currency.utf8)
        case .reference(let id):
            out.byte(8)
            out.counted(id.bytes)
        case .known(let dots):
            out.byte(9)
            write(dots, to: &out)
        case .sealed(let key, let content):
            out.byte(11)
            out.unsigned(key)
            out.counted(content)
        case .opaque(let kind, let bytes):
            out.byte(10)
            out.unsigned(UInt64(kind))
            out.counted(bytes)
        }
    }

    private static func write(_ dots: KnownDots, to out: inout ByteWriter) {
        out.unsigned(UInt64(dots.runs.count))
        for run in dots.runs {
            out.unsigned(run.replica.raw)
            out.unsigned(run.first)
            out.unsigned(run.last)
        }
    }

    static func read(from input: inout ByteReader) throws -> Value {
        switch try input.byte() {
        case 0: return .text(String(decoding: try input.counted(), as: UTF8.self))
        case 1: return .integer(try input.signed())
        case 2: return .decimal(unscaled: try input.signed(), scale: try input.byte())
        case 3: return .bool(false)
        case 4: return .bool(true)
        case 5:
            let milliseconds = try input.signed()
            return .instant(
                milliseconds: milliseconds, offsetMinutes: Int16(truncatingIfNeeded: try input.signed()))
        case 6: return .date(days: Int32(truncatingIfNeeded: try input.signed()))
        case 7:
            return .money(minor: try input.signed(), currency: String(decoding: try input.counted(), as: UTF8.self))
        case 8:
            guard let id = RecordID(bytes: try input.counted()) else { throw ByteReader.damage }
            return .reference(id)
        case 9: return .known(try readKnown(from: &input))
        case 10: return .opaque(kind: UInt32(truncatingIfNeeded: try input.unsigned()), bytes: try input.counted())
        case 11: return .sealed(key: try input.unsigned(), content: try input.counted())
        default: throw ByteReader.damage
        }
    }

    private static func readKnown(from input: inout ByteReader) throws -> KnownDots {
        var runs: [KnownDots.Run] = []
        for _ in 0..<(try input.count()) {
            let replica = ReplicaID(try input.unsigned())
            let (first, last) = (try input.unsigned(), try input.unsigned())
            guard first > 0, first <= last else { throw ByteReader.damage }
            runs.append(KnownDots.Run(replica, first, last))
        }
        return KnownDots(runs: runs)
    }
}
