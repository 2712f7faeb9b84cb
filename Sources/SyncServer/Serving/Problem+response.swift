import HTTPTypes
import Hummingbird
import SyncStore
import SyncWire

extension Problem: Error {}

extension Problem {
    /// What an error is to the one who asked. Nil: nothing that he should know more of.
    init?(_ error: any Error) {
        switch error {
        case let problem as Problem: self = problem
        case let error as WireError: self.init(error)
        case is Overload: self.init(.rateLimited)
        case StoreFailure.busy: self.init(.unavailable)
        case StoreFailure.diskFull: self.init(.storageFull)
        case let error as any HTTPResponseError: self.init(status: error.status)
        default: return nil
        }
    }

    /// Hummingbird's own refusals.
    private init(status: HTTPResponse.Status) {
        switch status {
        case .contentTooLarge: self.init(.payloadTooLarge)
        case .notFound, .methodNotAllowed: self.init(.notFound, detail: "there is no such address")
        default: self.init(.badRequest)
        }
    }

    /// What may be tried again says when: the node is busy for moments, not for minutes.
    var response: Response {
        var headers: HTTPFields = [.contentType: Self.mediaType]
        if let name = HTTPField.Name(Self.codeHeader) { headers[name] = code }
        if retryable { headers[.retryAfter] = "1" }
        return Response(
            status: HTTPResponse.Status(code: status), headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: json)))
    }
}
