package import FieldModel

/// How far an attachment is on its way, in a line for whoever waits for it.
package enum TransferLine {
    /// Shorter ones are over before anybody has read it.
    private static let bytesMin: Int64 = 1_000_000

    /// - Parameters:
    ///   - isUp: to the node, or from it.
    ///   - moved: of `size` bytes.
    /// - Returns: nil for a short one.
    package static func words(isUp: Bool, moved: Int64, of size: Int64) -> Words? {
        guard size >= bytesMin else { return nil }
        let (done, all, percent) = (ByteCount.text(moved), ByteCount.text(size), moved * 100 / size)
        return isUp
            ? Words("Sending an attachment: \(done) of \(all), \(percent) %", "正在发送附件：\(done) / \(all)，\(percent)%")
            : Words("Fetching an attachment: \(done) of \(all), \(percent) %", "正在下载附件：\(done) / \(all)，\(percent)%")
    }
}
