import Glibc

/// The mistake that this copy of the product makes, if any: its name is in a file `mutant` beside the program.
package enum Mutant {
    package static func isOn(_ name: String) -> Bool { active == name }

    private static let active =
        read("/proc/self/exe").map { $0.prefix(upTo: $0.lastIndex(of: "/") ?? $0.endIndex) }
        .flatMap { name(in: $0 + "/mutant") } ?? ""

    private static func read(_ link: String) -> String? {
        var path = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink(link, &path, path.count - 1)
        return count < 0 ? nil : String(decoding: path.prefix(count).map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    private static func name(in path: String) -> String? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var line = [UInt8](repeating: 0, count: 200)
        let count = fread(&line, 1, line.count, file)
        return String(decoding: line.prefix(count).prefix { $0 != 10 }, as: UTF8.self)
    }
}
