/// A rule that every file of the package obeys. The tests apply it to all of them, and to a file that breaks it.
struct HouseRule: Sendable, CustomStringConvertible {
    let name: String
    var description: String { name }
    /// One sentence for each place where the file breaks the rule.
    let offences: @Sendable (SourceFile) -> [String]

    /// Bans what `pattern` matches: in the code, or (`inProse`) anywhere in the text.
    static func ban(
        _ name: String, _ pattern: String, inProse: Bool = false,
        where concerns: @escaping @Sendable (SourceFile) -> Bool
    ) -> HouseRule {
        HouseRule(name: name) { file in
            guard concerns(file) else { return [] }
            let text = inProse ? file.text : file.code
            return SwiftText.matches(of: pattern, in: text).map { found in
                "\(file.path):\(SwiftText.line(of: found.lowerBound, in: text)): \(text[found]) (\(name))"
            }
        }
    }
}

extension HouseRule {
    /// The rooms that are handed their clock and their randomness, so that a simulation drives the real thing.
    private static let timeless: Set<String> = ["SyncCore", "FieldModel", "SyncWire", "SyncStore"]
    /// The rooms that speak to a person.
    private static let printing: Set<String> = ["Verbs", "field", "fieldsyncd"]
    /// The one place where a test may let time pass: it waits on a condition with a deadline.
    private static let waiting = "Eventually.swift"

    static let all: [HouseRule] = [
        imports, walls, length,
        ban("clocks come through the door", #"\bDate\(\)|\bDate\.now\b|\bclock_gettime\(|\bgettimeofday\("#) {
            $0.isSource && $0.isSwift && timeless.contains($0.room)
        },
        ban("randomness comes through the door", #"\bUUID\(\)|\bSystemRandomNumberGenerator\(\)|\barc4random"#) {
            $0.isSource && $0.isSwift && timeless.contains($0.room)
        },
        ban("no try!", #"\btry!"#) { $0.isSwift },
        ban("libraries do not print", #"(?<![\w.])(?<!func )(?:print|debugPrint|dump)\("#) {
            $0.isSource && $0.isSwift && !printing.contains($0.room)
        },
        ban("a precondition with a sentence, not fatalError", #"\bfatalError\("#) { $0.isSwift },
        ban("tests wait on conditions", #"\bu?sleep\(|\bTask\.sleep\b|\bThread\.sleep\b"#) {
            $0.isTest && $0.isSwift && !$0.path.hasSuffix("/" + waiting)
        },
        ban("nothing is public", #"\bpublic\b|\bopen (?:class|func|var)\b"#) { $0.isSource && $0.isSwift },
        ban("nothing is left for later", "\\b(?:TO" + "DO|FIX" + "ME|XX" + "X)\\b", inProse: true) { _ in true },
        ban("no path of one machine", #"(?<![\w.:/*])/(?:work|root|home|Users)/"#, inProse: true) { _ in true },
        ban(
            "SQL stays in the store",
            #"\b(?:SELECT\s[^"\n]*\sFROM|INSERT (?:OR \w+ )?INTO|DELETE FROM|CREATE TABLE)\b"#,
            inProse: true
        ) { $0.isSource && $0.isSwift && $0.room != "SyncStore" },
    ]

    /// A file is about one type or one verb; a long one is two rooms.
    static let linesMax = 500
    static let length = HouseRule(name: "at most \(linesMax) lines") { file in
        guard file.isSwift else { return [] }
        let lines = file.text.split(separator: "\n", omittingEmptySubsequences: false).count
        return lines > linesMax ? ["\(file.path): \(lines) lines, \(linesMax) at most"] : []
    }
}
