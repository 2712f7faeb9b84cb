import Hummingbird

/// `GET /v1/authority`: the certificate authority, which an enrolment code's fingerprint vouches for.
struct AuthorityHandler {
    let pem: String

    var response: Response {
        Response(
            status: .ok, headers: [.contentType: "application/x-pem-file"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: pem)))
    }
}
