/// What carries a request to a node and its answer back. Each call blocks its thread.
package protocol Transport: AnyObject {
    /// - Returns: the answer, whatever its status.
    func send(_ request: HTTPRequest) throws(HTTPFailure) -> HTTPResponse
}

extension HTTPClient: Transport {}
