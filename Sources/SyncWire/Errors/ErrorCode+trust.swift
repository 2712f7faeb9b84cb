/// The catalogue: identity and trust.
extension ErrorCode {
    /// Nil for a code of another part of the catalogue.
    var trustEntry: ErrorEntry? {
        switch self {
        case .unauthenticated:
            ErrorEntry(
                401, 11, .fixRequest,
                ErrorWords("There is no session, or it has ended.", "没有会话，或会话已结束。"),
                ErrorWords("Sign in again; a device does so by itself.", "请重新登录；设备会自动完成。"))
        case .signatureMismatch:
            ErrorEntry(
                401, 11, .askAHuman,
                ErrorWords("The proof is not by the key that it should be by.", "证明与应有的密钥不符。"),
                ErrorWords("Enrol this device again.", "请重新注册本设备。"))
        case .certificateExpired:
            ErrorEntry(
                401, 11, .fixRequest,
                ErrorWords("The certificate has expired.", "证书已过期。"),
                ErrorWords("Renew it; a device that is not revoked does so by itself.", "请续期；未被吊销的设备会自动续期。"))
        case .untrusted:
            ErrorEntry(
                403, 14, .askAHuman,
                ErrorWords("The other side is not of this organisation.", "对方不属于本组织。"),
                ErrorWords(
                    "Check the address and this machine's date; if both are right, ask the administrator.",
                    "请检查地址和本机日期；若均无误，请询问管理员。"))
        case .revoked:
            ErrorEntry(
                403, 17, .askAHuman,
                ErrorWords("This device was revoked.", "本设备已被吊销。"),
                ErrorWords("Ask the office; what was not sent is still on this device.", "请联系办公室；未发送的内容仍在本机。"))
        case .suspended:
            ErrorEntry(
                403, 11, .askAHuman,
                ErrorWords("This device is suspended.", "本设备已被停用。"),
                ErrorWords(
                    "Ask the office to resume it; what was not sent is still on this device.", "请联系办公室恢复；未发送的内容仍在本机。"))
        case .wiped:
            ErrorEntry(
                403, 17, .askAHuman,
                ErrorWords("This device was told to erase itself.", "本设备已被要求擦除。"),
                ErrorWords(
                    "Ask the office; to use it again, sync once more, then enrol it anew.",
                    "请联系办公室；如需继续使用，请再同步一次，然后重新注册。"))
        case .handedOver:
            ErrorEntry(
                403, 11, .askAHuman,
                ErrorWords("This device is being handed over to somebody else.", "本设备正在移交给他人。"),
                ErrorWords(
                    "Run sync: it sends what is here and makes the device the other person's.",
                    "请执行 sync：先发送本机内容，再转为他人使用。"))
        case .badCode:
            ErrorEntry(
                400, 2, .fixRequest,
                ErrorWords("The enrolment code is mistyped.", "注册码输入有误。"),
                ErrorWords("Type it again; the message says what is wrong.", "请重新输入；提示中说明了错误所在。"))
        case .codeUnknown:
            ErrorEntry(
                403, 11, .askAHuman,
                ErrorWords("The node gave out no such enrolment code.", "节点没有发出过此注册码。"),
                ErrorWords("Check the address and the code, or ask for a new one.", "请检查地址和注册码，或索取新的注册码。"))
        case .codeUsed:
            ErrorEntry(
                409, 11, .askAHuman,
                ErrorWords("The enrolment code was used before.", "注册码已被使用。"),
                ErrorWords(
                    "Ask for a new one; tell the administrator if it was not you who used it.",
                    "请索取新的注册码；若不是你本人使用，请告知管理员。"))
        case .codeExpired:
            ErrorEntry(
                410, 11, .askAHuman,
                ErrorWords("The enrolment code is too old.", "注册码已过期。"),
                ErrorWords("Ask for a new one.", "请索取新的注册码。"))
        default: nil
        }
    }
}
