import GRDB

/// The short codes of a node's devices, in the order in which they are given: A1 … A9, B1 … Z9, then AA … ZZ, then
/// AAA … Short, because people read numbers out that carry them.
enum DeviceCode {
    private static let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ")

    /// - Parameter index: 0, 1, 2 … each is given once, for ever.
    static func text(_ index: Int) -> String {
        let withDigit = letters.count * 9
        if index < withDigit { return "\(letters[index / 9])\(index % 9 + 1)" }
        var (rest, length, block) = (index - withDigit, 2, letters.count * letters.count)
        while rest >= block {
            rest -= block
            block *= letters.count
            length += 1
        }
        var out = ""
        for _ in 0..<length {
            out = "\(letters[rest % letters.count])" + out
            rest /= letters.count
        }
        return out
    }
}

extension WriteAccess {
    private static let deviceCodesKey = "device_codes"

    /// A code that this node has never given to a device.
    func nextDeviceCode() throws -> String {
        var index = try metaInteger(Self.deviceCodesKey) ?? 0
        while try isDeviceCodeTaken(DeviceCode.text(Int(index))) { index += 1 }
        try setMeta(Self.deviceCodesKey, integer: index + 1)
        return DeviceCode.text(Int(index))
    }

    func isDeviceCodeTaken(_ code: String) throws -> Bool {
        try Int.fetchOne(db, sql: "SELECT 1 FROM enrolled_device WHERE code = ?", arguments: [code]) != nil
    }
}
