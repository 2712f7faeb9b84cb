import SyncClient
import SyncWire

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
    /// The runs of every push, in order.
    private(set) var pushed: [[WireRun]] = []

    init(_ node: ExchangeNode) { self.node = node }

    func send(_ request: HTTPRequest) throws(HTTPFailure) -> HTTPResponse {
        let path = String(request.url.dropFirst("https://node".count))
        paths.append(path)
        if path == "/v1/push", let runs = Self.runs(request) { pushed.append(runs) }
        switch fate(path, paths.count - 1) {
        case .arrives: return node.answer(request)
        case .unreachable: throw .unreachable("the line is down")
        case .answerLost:
            _ = node.answer(request)
            throw .interrupted("the connection broke")
        case .answered(let response): return response
        }
    }

    private static func runs(_ request: HTTPRequest) -> [WireRun]? {
        let content = try? Frame.decode(request.body ?? [], limit: Limits.requestBodyDecompressedBytesMax)
        return content.flatMap { try? WirePushRequest(bounded: $0).runs }
    }

    func forgetPaths() { paths = [] }
}
