import SyncClient

/// A line to a node in this process, which can be down and can lose answers.
final class ExchangeLine: Transport {
    /// What becomes of a request.
    enum Fate {
        case arrives
        /// Nothing is sent.
        case unreachable
        /// The node acts on it; its answer is lost.
        case answerLost
        /// Somebody else answers.
        case answered(HTTPResponse)
    }

    var node: ExchangeNode
    /// Decides by the path and by how many requests went before.
    var fate: (String, Int) -> Fate = { _, _ in .arrives }
    /// The paths of the requests, in order.
    private(set) var paths: [String] = []

    init(_ node: ExchangeNode) { self.node = node }

    func send(_ request: HTTPRequest) throws(HTTPFailure) -> HTTPResponse {
        let path = String(request.url.dropFirst("https://node".count))
        paths.append(path)
        switch fate(path, paths.count - 1) {
        case .arrives: return node.answer(request)
        case .unreachable: throw .unreachable("the line is down")
        case .answerLost:
            _ = node.answer(request)
            throw .interrupted("the connection broke")
        case .answered(let response): return response
        }
    }

    func forgetPaths() { paths = [] }
}
