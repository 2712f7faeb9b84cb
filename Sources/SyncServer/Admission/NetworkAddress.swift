import Foundation
import NIOCore

/// Where a connection comes from, as far as its owner cannot choose: an IPv4 address, or the first half of an IPv6 one,
/// of which everybody has the second half to himself.
struct NetworkAddress: Hashable, Sendable, CustomStringConvertible {
    let description: String

    /// Nil for a socket of this machine that has no address.
    init?(_ address: SocketAddress?) {
        guard let text = address?.ipAddress else { return nil }
        self.init(text)
    }

    /// - Parameter text: an address in digits; anything else is taken as it is.
    init(_ text: String) {
        var bytes = [UInt8](repeating: 0, count: 16)
        guard inet_pton(AF_INET6, text, &bytes) == 1 else {
            description = text
            return
        }
        let isMapped = bytes[..<10].allSatisfy { $0 == 0 } && bytes[10] == 0xFF && bytes[11] == 0xFF
        description =
            isMapped
            ? bytes[12...].map(String.init).joined(separator: ".")
            : stride(from: 0, to: 8, by: 2).map { String(Int(bytes[$0]) << 8 | Int(bytes[$0 + 1]), radix: 16) }
                .joined(separator: ":") + "::/64"
    }
}
