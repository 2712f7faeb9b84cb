import FieldModel
import Foundation
import SyncCore
@testable import SyncWire
import Testing

@Suite("Root backups: what is typed from paper is the key again, or the line that is wrong is named")
struct RootBackupTests {
    private static let secret = RootSecret(
        key: SigningKey(seed: Array(0..<32)), authority: Array(100..<132), record: RecordID(high: 1, low: 2),
        organisation: "南方挖掘机 Southern Excavators")
    private static let page = RootPaper.whole(secret).lines

    private func error(of lines: [String]) -> RootBackupError? {
        do throws(RootBackupError) {
            _ = try RootPaper.pages(of: lines.joined(separator: "\n"))
            return nil
        } catch { return error }
    }

    @Test("A page is read in either case, with words between, O for 0 and other dashes")
    func read() throws {
        let typed = Self.page.map { $0.lowercased().replacing(" ", with: "  ").replacing("0", with: "o") }
        var numbered: [String] = []
        for (index, line) in typed.enumerated() {
            // The numbers are not characters of the key.
            let characters = line.drop(while: { $0 == " " }).drop(while: { $0 != " " })
            numbered.append("\(index + 1). \(characters)")
        }
        let text = ["Southern Excavators", "", "fingerprint: 3f2a"] + numbered + ["safe number three"]
        #expect(try RootPaper.pages(of: text.joined(separator: "\r\n")) == [.whole(Self.secret)])
    }

    @Test("Every single wrong character is found, and its line named")
    func everyCharacter() {
        for (index, line) in Self.page.enumerated() {
            var characters = Array(line)
            for place in characters.indices.dropFirst(4) where characters[place] != " " {
                let right = characters[place]
                characters[place] = right == "7" ? "8" : "7"
                var lines = Self.page
                lines[index] = String(characters)
                #expect(error(of: lines) == .typed(.check(line: index + 1, page: 1)), "character \(place)")
                characters[place] = right
            }
        }
    }

    @Test("Lines that are left out, exchanged, cut or hold what no line has are named")
    func lines() {
        var lines = Self.page
        lines.remove(at: 2)
        #expect(error(of: lines) == .typed(.missing(line: 3, page: 1)))
        #expect(error(of: Array(Self.page.dropLast())) == .typed(.missing(line: Self.page.count, page: 1)))
        #expect(error(of: Array(Self.page.dropFirst())) == .typed(.missing(line: 1, page: 1)))
        lines = Self.page
        (lines[3], lines[4]) = (" 4" + lines[4].dropFirst(2), " 5" + lines[3].dropFirst(2))
        #expect(error(of: lines) == .typed(.check(line: 4, page: 1)), "two lines under each other's numbers")
        lines = Self.page
        lines[1] = String(lines[1].dropLast(1))
        #expect(error(of: lines) == .typed(.length(27, line: 2, page: 1)))
        lines[1] = lines[1].dropLast(1) + "U9"
        #expect(error(of: lines) == .typed(.character("U", line: 2, page: 1)))
        #expect(error(of: ["nothing", "here"]) == .typed(.empty))
        #expect(error(of: Self.page + Array(Self.page.dropLast())) == .typed(.missing(line: Self.page.count, page: 2)))
    }

    @Test("Every choice of enough shares restores the key, and one less says how many are missing", arguments: 2...5)
    func shares(threshold: Int) throws {
        let shares = RootShare.split(Self.secret, into: 5, threshold: threshold)
        for choice in 0..<32 {
            let chosen = shares.indices.filter { choice >> $0 & 1 == 1 }.map { shares[$0] }
            if chosen.count >= threshold {
                #expect(try RootShare.combine(chosen.reversed() + chosen) == Self.secret)
            } else if !chosen.isEmpty {
                #expect(throws: RootBackupError.tooFew(given: chosen.count, needed: threshold)) {
                    try RootShare.combine(chosen)
                }
            }
        }
        let pages = try RootPaper.pages(of: shares.flatMap { RootPaper.share($0).lines }.joined(separator: "\n"))
        #expect(pages == shares.map { RootPaper.share($0) })
    }

    @Test("One share too few fits every secret: each secret byte is as likely as any other")
    func secrecy() {
        for secret in [UInt8(0), 1, 0x80, 255] {
            // Of all polynomials of degree 1, exactly one leads from any share to any secret.
            let seen = Set(
                (0...255).map { coefficient in
                    SecretSharing.split([secret], shares: 2, threshold: 2) { _ in [UInt8(coefficient)] }[1][0]
                })
            #expect(seen.count == 256)
        }
    }

    @Test("Multiplication and its inverse are those of GF(256)")
    func field() {
        #expect(SecretSharing.times(0x53, 0xca) == 1 && SecretSharing.times(0x57, 0x83) == 0xc1, "FIPS 197, 4.2")
        for value in UInt8(1)...255 { #expect(SecretSharing.times(value, SecretSharing.inverse(value)) == 1) }
    }

    @Test("Shares of another key, of another splitting, and one that was altered are told apart by number")
    func mixed() throws {
        let shares = RootShare.split(Self.secret, into: 4, threshold: 2)
        let other = RootSecret(
            key: SigningKey(seed: Array(1...32)), authority: Self.secret.authority, record: Self.secret.record,
            organisation: Self.secret.organisation)
        let foreign = RootShare.split(other, into: 4, threshold: 2)
        #expect(throws: RootBackupError.otherKey(share: 2)) { try RootShare.combine([shares[0], foreign[1]]) }
        let again = RootShare.split(Self.secret, into: 4, threshold: 2)
        #expect(throws: RootBackupError.otherSet(share: 3, set: again[2].setName, than: shares[0].setName)) {
            try RootShare.combine([shares[0], again[2]])
        }
        var bytes = shares[3].bytes
        bytes[40] ^= 1
        let altered = try #require(RootShare(bytes: bytes))
        #expect(throws: RootBackupError.unfitting(share: 4)) { try RootShare.combine([shares[0], shares[1], altered]) }
        #expect(throws: RootBackupError.damaged) { try RootShare.combine([shares[0], altered]) }
        #expect(throws: RootBackupError.mixed) { try RootSecret.restore(whole: [other], shares: shares) }
        #expect(try RootSecret.restore(whole: [Self.secret], shares: shares) == Self.secret)
    }

    @Test("A sealed file opens under its passphrase alone, and no change to it goes unseen")
    func sealed() throws {
        let passphrase = Array("correct horse battery".utf8)
        let text = SealedRoot.seal(Self.secret, passphrase: passphrase).text
        let sealed = try #require(SealedRoot(text: text))
        #expect(sealed.open(passphrase: passphrase) == Self.secret)
        #expect(sealed.open(passphrase: Array("correct horse".utf8)) == nil)
        let changed = text.replacing("\n", with: "\n0", maxReplacements: 2).replacing("\n0scrypt", with: "\nscrypt")
        #expect(SealedRoot(text: changed)?.open(passphrase: passphrase) == nil)
        #expect(SealedRoot(text: text.replacing("scrypt 17", with: "file x")) == nil)
    }
}

@Suite("Sealed keys: what lies beside a database opens under its data key and in its place alone")
struct SealedSecretTests {
    @Test("A key opens under any of the data keys, as the kind that it is", arguments: SealedSecret.Kind.allCases)
    func kinds(kind: SealedSecret.Kind) throws {
        let keys = DataKeys(.random())
        let text = SealedSecret.seal([1, 2, 3], kind, under: keys.current).text
        #expect(!text.contains("010203"))
        let sealed = try #require(SealedSecret(text: text, kind))
        #expect(sealed.open(under: keys.rotated(to: .random())) == [1, 2, 3])
        #expect(sealed.open(under: DataKeys(.random())) == nil)
        for other in SealedSecret.Kind.allCases where other != kind {
            #expect(SealedSecret(text: text, other) == nil)
            let renamed = text.replacing(kind.rawValue, with: other.rawValue)
            #expect(SealedSecret(text: renamed, other)?.open(under: keys) == nil)
        }
    }
}
