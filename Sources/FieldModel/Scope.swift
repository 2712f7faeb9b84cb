package import SyncCore

/// The unit of partial replication, as the `scope` register writes it: `site/<id>`, `account/<id>#credit`, `org`.
package struct Scope: Hashable, Sendable, CustomStringConvertible {
    package enum Root: Hashable, Sendable {
        /// Products, parts, policies: everybody's.
        case catalog
        /// Branches, departments, revocations: everybody's.
        case org
        /// Users and devices of one branch.
        case orgBranch(RecordID)
        case branch(RecordID)
        case account(RecordID)
        case site(RecordID)
        case van(RecordID)
        case user(RecordID)
    }

    package let root: Root
    /// The restricted part of the root, such as `credit`; nil for the open one.
    package let part: String?

    package init(_ root: Root, part: String? = nil) {
        self.root = root
        self.part = part
    }

    /// Nil for a text that no scope is written as.
    package init?(text: String) {
        let mark = text.utf8.firstIndex(of: UInt8(ascii: "#"))
        let part = mark.map { String(text[text.utf8.index(after: $0)...]) }
        guard let root = Self.root(text[..<(mark ?? text.endIndex)]), part != "" else { return nil }
        self.init(root, part: part)
    }

    package var description: String { Self.text(root) + (part.map { "#" + $0 } ?? "") }

    private static func root(_ text: Substring) -> Root? {
        // Only the printed form of an id: two spellings of one scope would be two scopes.
        guard let slash = text.utf8.firstIndex(of: UInt8(ascii: "/")),
            let id = RecordID(printed: text.utf8[text.utf8.index(after: slash)...])
        else { return text == "catalog" ? .catalog : text == "org" ? .org : nil }
        switch text[..<slash] {
        case "org": return .orgBranch(id)
        case "branch": return .branch(id)
        case "account": return .account(id)
        case "site": return .site(id)
        case "van": return .van(id)
        case "user": return .user(id)
        default: return nil
        }
    }

    private static func text(_ root: Root) -> String {
        switch root {
        case .catalog: "catalog"
        case .org: "org"
        case .orgBranch(let id): "org/\(id)"
        case .branch(let id): "branch/\(id)"
        case .account(let id): "account/\(id)"
        case .site(let id): "site/\(id)"
        case .van(let id): "van/\(id)"
        case .user(let id): "user/\(id)"
        }
    }
}
