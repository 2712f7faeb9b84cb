/// Why bytes that came from elsewhere were not taken. The text names the place for whoever debugs a client.
package enum WireError: Error, Equatable {
    case malformed(String)
    case tooLarge(what: String, limit: Int)
    case badSignature(String)
    case upgradeRequired(String)
    case expired(String)
    case untrusted(String)
}
