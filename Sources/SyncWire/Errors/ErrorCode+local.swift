/// The catalogue: this computer.
extension ErrorCode {
    /// Nil for a code of another part of the catalogue.
    var localEntry: ErrorEntry? {
        switch self {
        case .offline:
            ErrorEntry(
                503, 10, .retry,
                ErrorWords("The node cannot be reached.", "无法连接节点。"),
                ErrorWords("Nothing is lost; it is tried again when there is a connection.", "数据不会丢失；恢复连接后会自动重试。"))
        case .notEnrolled:
            ErrorEntry(
                403, 11, .askAHuman,
                ErrorWords("This replica is not enrolled.", "本副本尚未注册。"),
                ErrorWords("Ask for an enrolment code and run enroll.", "请索取注册码并执行 enroll。"))
        case .locked:
            ErrorEntry(
                423, 11, .askAHuman,
                ErrorWords("The database is locked and its key is not at hand.", "数据库已锁定，且没有密钥。"),
                ErrorWords("Give the passphrase or the key file.", "请提供口令或密钥文件。"))
        case .leaseExpired:
            ErrorEntry(
                423, 11, .fixRequest,
                ErrorWords(
                    "This device was not in touch for too long and shows nothing.", "本机过久未联系节点，暂不显示内容。"),
                ErrorWords(
                    "Sync, or import a bundle from your office; new work is still saved.",
                    "请同步，或导入办公室的数据包；新的工作仍会保存。"))
        case .attention:
            ErrorEntry(
                409, 12, .askAHuman,
                ErrorWords("It is done, but something needs a person.", "已完成，但有事项需要人工处理。"),
                ErrorWords("See attention.", "请查看 attention。"))
        case .integrity:
            ErrorEntry(
                500, 14, .askAHuman,
                ErrorWords("Stored data is not what was written.", "存储的数据与写入时不符。"),
                ErrorWords("Run doctor; do not delete anything.", "请运行 doctor；不要删除任何内容。"))
        case .diskFull:
            ErrorEntry(
                507, 15, .askAHuman,
                ErrorWords("This computer's disk is full.", "本机磁盘已满。"),
                ErrorWords("Make room; nothing that was saved is lost.", "请腾出空间；已保存的内容不会丢失。"))
        case .ioError:
            ErrorEntry(
                500, 74, .askAHuman,
                ErrorWords("This computer could not read or write a file.", "本机无法读写文件。"),
                ErrorWords("Check the disk and the rights of the directory.", "请检查磁盘和目录权限。"))
        case .busy:
            ErrorEntry(
                503, 75, .retry,
                ErrorWords("Another program has held the data for more than 5 seconds.", "其他程序占用数据超过 5 秒。"),
                ErrorWords("Try again; if it stays, see which program it is.", "请重试；若持续如此，请检查是哪个程序。"))
        case .takenOver:
            ErrorEntry(
                503, 75, .askAHuman,
                ErrorWords("Another process has this node's data now.", "本节点的数据已由另一进程接管。"),
                ErrorWords(
                    "See which process serves it; what this one had acknowledged is kept.",
                    "请查看由哪个进程提供服务；本进程已确认的内容均已保存。"))
        default: nil
        }
    }
}
