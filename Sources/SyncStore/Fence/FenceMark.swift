import Foundation

/// How far a node's database was when somebody last looked, kept in a file of its own beside it: a database that is behind it
/// was put back, and the node knows before anybody tells it.
struct FenceMark: Equatable {
    /// Of the process that noted it (`Fence`).
    let number: Int64
    /// The last that it had handed out.
    let position: Int64

    static func path(beside database: String) -> String {
        (database as NSString).deletingPathExtension + ".fence"
    }

    /// Nil where there is none, or none that can be read: it says nothing then.
    static func read(beside database: String) -> FenceMark? {
        guard let content = FileManager.default.contents(atPath: path(beside: database)) else { return nil }
        let words = String(decoding: content, as: UTF8.self).split(whereSeparator: \.isWhitespace)
        guard words.count == 2, let number = Int64(words[0]), let position = Int64(words[1]) else { return nil }
        return FenceMark(number: number, position: position)
    }

    /// Only of what is durable: a mark is never ahead of a database that nobody touched. One that cannot be written is left
    /// as it is, which is only less than could be known.
    func write(beside database: String) {
        try? DurableFile.write(Array("\(number) \(position)\n".utf8), to: Self.path(beside: database))
    }

    func isAhead(of other: FenceMark) -> Bool { (number, position) > (other.number, other.position) }
}
