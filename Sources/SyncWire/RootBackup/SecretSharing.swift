/// Shamir's secret sharing over GF(256) = GF(2)[x] / (x⁸ + x⁴ + x³ + x + 1): each byte of a secret is the value at 0 of a
/// random polynomial of degree threshold − 1, a share its values at one other place. Fewer shares than the threshold fit
/// every secret equally well.
package enum SecretSharing {
    /// So many other places are there.
    package static let sharesMax = 255

    /// The shares at the places 1, 2, 3 …, each as long as the secret.
    /// - Parameters:
    ///   - threshold: how many of them are needed, 2 … shares.
    ///   - randomness: as many bytes as it is asked for.
    package static func split(
        _ secret: [UInt8], shares: Int, threshold: Int, randomness: (Int) -> [UInt8] = Entropy.bytes
    ) -> [[UInt8]] {
        precondition(2...shares ~= threshold && shares <= sharesMax, "2 ≤ threshold ≤ shares ≤ 255")
        let higher = (1..<threshold).map { _ in randomness(secret.count) }
        return (1...shares).map { place in
            secret.indices.map { index in
                // Horner, from the highest coefficient down.
                let sum = higher.reversed().reduce(UInt8(0)) { times($0, UInt8(place)) ^ $1[index] }
                return times(sum, UInt8(place)) ^ secret[index]
            }
        }
    }

    /// The secret, by Lagrange's interpolation at 0. Too few shares, or one that was altered, give some other bytes: whoever
    /// combines must be able to tell.
    /// - Parameter shares: of one length, by their places 1 … 255.
    package static func combine(_ shares: [UInt8: [UInt8]]) -> [UInt8] {
        let length = shares.values.first?.count ?? 0
        precondition(shares.values.allSatisfy { $0.count == length } && shares[0] == nil, "shares of one secret")
        var secret = [UInt8](repeating: 0, count: length)
        for (place, share) in shares {
            let weight = shares.keys.filter { $0 != place }.reduce(UInt8(1)) { product, other in
                times(product, times(other, inverse(other ^ place)))
            }
            for index in secret.indices { secret[index] ^= times(share[index], weight) }
        }
        return secret
    }

    /// Without branches or tables: the time taken tells nothing of the bytes.
    static func times(_ a: UInt8, _ b: UInt8) -> UInt8 {
        var (a, b, product) = (a, b, UInt8(0))
        for _ in 0..<8 {
            product ^= a & (0 &- (b & 1))
            a = (a << 1) ^ (0x1b & (0 &- (a >> 7)))
            b >>= 1
        }
        return product
    }

    /// a²⁵⁴, which is 1/a.
    static func inverse(_ a: UInt8) -> UInt8 {
        var (power, result) = (times(a, a), UInt8(1))
        for _ in 0..<7 {
            result = times(result, power)
            power = times(power, power)
        }
        return result
    }
}
