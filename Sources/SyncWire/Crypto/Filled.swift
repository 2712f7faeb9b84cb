import CryptoShim

/// `count` bytes that `fill` wrote. Only for what cannot fail on any input of the right size: there is no way to go on
/// without a hash or a random number, so a libcrypto that fails ends the process.
func filled(
    _ count: Int, by name: StaticString, _ fill: (UnsafeMutablePointer<UInt8>?) -> cs_status
) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
        let status = fill(buffer.baseAddress)
        precondition(status == CS_OK, "\(name) failed with status \(status.rawValue)")
        initialized = count
    }
}
