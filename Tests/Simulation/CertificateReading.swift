import SyncCore
import SyncWire

/// What a machine's certificate says.
enum CertificateReading {
    static func subject(of machine: Machine) throws -> RecordID {
        try CertificateChain.verify(machine.chain, root: machine.root, expiry: .ignored).subject
    }
}
