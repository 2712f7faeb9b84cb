import SyncCore
import SyncWire
import Testing

@Suite("The codecs of change sets and record states")
struct WireCodecTests {
    static let own = ReplicaID(2)

    @Test("write the bytes that the generated types write, and read them back", arguments: 0..<200 as Range<UInt64>)
    func agreeWithProtobuf(seed: UInt64) throws {
        var samples = WireSamples(seed: seed)
        let set = samples.changeSet(replica: Self.own, opaque: false)
        let bytes = ChangeSetCodec.encode(set, replica: Self.own)
        #expect(try bytes == WireGenerated.encode(set, replica: Self.own))
        #expect(try ChangeSetCodec.decode(bytes, replica: Self.own) == set)

        let (id, state) = (samples.id(), samples.state(opaque: false))
        let stateBytes = RecordStateCodec.encode(type: 7, id: id, state: state)
        #expect(try stateBytes == WireGenerated.encode(type: 7, id: id, state: state))
        let decoded = try RecordStateCodec.decode(stateBytes)
        #expect(decoded.type == 7 && decoded.id == id && decoded.state == state)
    }

    @Test("keep kinds of value that this version does not know", arguments: 1000..<1100 as Range<UInt64>)
    func keepOpaque(seed: UInt64) throws {
        var samples = WireSamples(seed: seed)
        let set = samples.changeSet(replica: Self.own)
        #expect(try ChangeSetCodec.decode(ChangeSetCodec.encode(set, replica: Self.own), replica: Self.own) == set)
        let (id, state) = (samples.id(), samples.state())
        #expect(try RecordStateCodec.decode(RecordStateCodec.encode(type: 1, id: id, state: state)).state == state)
    }

    @Test("refuse every beginning of a message, or take it for what it says", arguments: 0..<40 as Range<UInt64>)
    func truncation(seed: UInt64) {
        let (set, state) = Self.messages(seed: seed)
        #expect(set.indices.map { Array(set.prefix($0)) }.filter(Self.isMisreadSet) == [])
        #expect(state.indices.map { Array(state.prefix($0)) }.filter(Self.isMisreadState) == [])
    }

    @Test("refuse a message with one changed byte, or take it for what it says", arguments: 0..<4 as Range<UInt64>)
    func mutation(seed: UInt64) {
        let (set, state) = Self.messages(seed: seed)
        #expect(Array(Self.mutants(of: set).filter(Self.isMisreadSet)) == [])
        #expect(Array(Self.mutants(of: state).filter(Self.isMisreadState)) == [])
    }

    @Test("a state's hash is the beginning of the SHA-256 of its bytes")
    func hash() {
        var samples = WireSamples(seed: 3)
        let (id, state) = (samples.id(), samples.state())
        let digest = Hash.sha256(RecordStateCodec.encode(type: 4, id: id, state: state))
        let expected = digest.prefix(16).reduce(UInt128(0)) { $0 << 8 | UInt128($1) }
        #expect(RecordStateCodec.hash(type: 4, id: id, state: state) == expected)
    }

    /// A set and a state of a few hundred bytes.
    private static func messages(seed: UInt64) -> (set: [UInt8], state: [UInt8]) {
        var samples = WireSamples(seed: seed)
        let set = ChangeSetCodec.encode(samples.changeSet(replica: own), replica: own)
        return (set, RecordStateCodec.encode(type: 9, id: samples.id(), state: samples.state()))
    }

    /// Every message that differs from this one in one byte.
    private static func mutants(of bytes: [UInt8]) -> some Sequence<[UInt8]> {
        bytes.indices.lazy.flatMap { index in
            (1...UInt8.max).lazy.map { difference in
                var mutant = bytes
                mutant[index] ^= difference
                return mutant
            }
        }
    }

    /// Whether the bytes were taken for content that has other bytes.
    private static func isMisreadSet(_ bytes: [UInt8]) -> Bool {
        guard let decoded = try? ChangeSetCodec.decode(bytes, replica: own) else { return false }
        return ChangeSetCodec.encode(decoded, replica: own) != bytes
    }

    private static func isMisreadState(_ bytes: [UInt8]) -> Bool {
        guard let decoded = try? RecordStateCodec.decode(bytes) else { return false }
        return RecordStateCodec.encode(type: decoded.type, id: decoded.id, state: decoded.state) != bytes
    }
}
