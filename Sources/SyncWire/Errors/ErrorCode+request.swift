/// The catalogue: requests.
extension ErrorCode {
    /// Nil for a code of another part of the catalogue.
    var requestEntry: ErrorEntry? {
        switch self {
        case .badRequest:
            ErrorEntry(
                400, 2, .fixRequest,
                ErrorWords("The request is not what the protocol says.", "请求不符合协议。"),
                ErrorWords("Report it: one of the two programs has a fault.", "请报告此问题：其中一方程序有缺陷。"))
        case .payloadTooLarge:
            ErrorEntry(
                413, 2, .fixRequest,
                ErrorWords("Something is longer than its limit.", "内容超过长度上限。"),
                ErrorWords("Make it smaller, or send it in parts.", "请缩小内容，或分批发送。"))
        case .decompressionLimit:
            ErrorEntry(
                413, 2, .fixRequest,
                ErrorWords("The body grows beyond its limit when it is decompressed.", "内容解压后超过上限。"),
                ErrorWords("Send it in parts.", "请分批发送。"))
        case .upgradeRequired:
            ErrorEntry(
                426, 16, .upgrade,
                ErrorWords("The other side uses something that this version does not know.", "对方使用了本版本不认识的内容。"),
                ErrorWords("Install the newer version; nothing is lost.", "请安装新版本；数据不会丢失。"))
        case .rateLimited:
            ErrorEntry(
                429, 75, .retry,
                ErrorWords("Too many requests in a short time.", "短时间内请求过多。"),
                ErrorWords("Wait a little; it goes on by itself.", "请稍候，将自动继续。"))
        case .storageFull:
            ErrorEntry(
                507, 10, .askAHuman,
                ErrorWords("The node has no space left.", "节点存储空间已满。"),
                ErrorWords("Tell the node's operator; your work stays safe on this device.", "请通知节点管理员；你的工作仍安全保存在本机。"))
        case .unavailable:
            ErrorEntry(
                503, 10, .retry,
                ErrorWords("The node cannot answer now.", "节点暂时无法应答。"),
                ErrorWords("Nothing to do; it is tried again.", "无需处理，稍后会自动重试。"))
        case .internalError:
            ErrorEntry(
                500, 74, .retry,
                ErrorWords("The program failed in a way that it does not understand.", "程序发生未知错误。"),
                ErrorWords("Try again; if it stays, send the log to support.", "请重试；若仍然失败，请将日志发给支持人员。"))
        default: nil
        }
    }
}
