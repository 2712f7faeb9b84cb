import ArgumentParser
import FieldModel
import SyncServer
import SyncWire
import Verbs

struct Root: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "HQ's root key, on which all trust rests (根密钥).",
        discussion: "Example: fieldsyncd root backup --print --data /var/lib/fieldsync",
        subcommands: [RootBackup.self, RootVerify.self, RootRotate.self])
}

extension OwnedNode {
    /// - Throws: `usage` at a branch.
    func rootSecret() throws -> RootSecret {
        guard let secret = try identity.rootSecret else {
            throw VerbFailure(
                .usage, Words("A branch has no root key.", "分公司节点没有根密钥。"),
                hint: Words("Run it at headquarters.", "请在总部执行。"))
        }
        return secret
    }
}

extension VerbFailure {
    init(_ error: RootBackupError) {
        self.init(
            .invalidValue, Words(error.words),
            hint: Words("Nothing was changed. Put it right and run it again.", "没有任何改动。请更正后重新执行。"))
    }
}
