/// An RFC 9457 problem document (R-100). The members of its JSON have the names of these properties; `title` and `hint`
/// are the catalogue's words in English.
package struct Problem: Hashable, Sendable, Codable {
    /// A code of the catalogue; a client may meet one that it does not know, and then goes by `status`.
    package let code: String
    package let status: Int
    /// What happened this time, in one sentence.
    package let detail: String
    package let hint: String
    package let retryable: Bool
    /// What a program can use, such as `next_seq`.
    package let details: [String: String]
    /// Names the request that this answers, as the node's log does; a URN.
    package private(set) var instance: String?

    package init(_ code: ErrorCode, detail: String? = nil, details: [String: String] = [:]) {
        let entry = code.entry
        self.code = code.rawValue
        status = entry.status
        self.detail = detail ?? entry.meaning.en
        hint = entry.action.en
        retryable = entry.isRetryable
        self.details = details
    }

    package init(_ error: WireError) { self.init(error.code, detail: error.detail) }

    /// Carries `code` too: an answer to HEAD has no document.
    package static let codeHeader = "Fieldsync-Error"

    package static let mediaType = "application/problem+json"

    /// The same, of one request.
    package func naming(request id: String) -> Problem {
        var named = self
        named.instance = "urn:fieldsync:request:\(id)"
        return named
    }

    /// The document, in UTF-8.
    package var json: [UInt8] {
        let members = details.sorted { $0.key < $1.key }.map { "\(quoted($0.key)):\(quoted($0.value))" }
        let title = ErrorCode(rawValue: code)?.entry.meaning.en ?? code
        let request = instance.map { #","instance":\#(quoted($0))"# } ?? ""
        let text =
            #"{"type":"urn:fieldsync:error:\#(code)","title":\#(quoted(title)),"status":\#(status),"#
            + #""detail":\#(quoted(detail)),"code":\#(quoted(code)),"hint":\#(quoted(hint)),"#
            + #""retryable":\#(retryable),"details":{\#(members.joined(separator: ","))}\#(request)}"#
        return Array(text.utf8)
    }
}

/// A JSON string (RFC 8259, section 7).
private func quoted(_ text: String) -> String {
    var out = "\""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "\"": out += "\\\""
        case "\\": out += "\\\\"
        case "\u{0}"..<"\u{20}":
            out += "\\u00" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
        default: out.unicodeScalars.append(scalar)
        }
    }
    return out + "\""
}
