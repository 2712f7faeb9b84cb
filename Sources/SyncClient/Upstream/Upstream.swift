import Foundation
package import SyncCore
package import SyncWire

/// One replica's connection to one node. It belongs to one thread.
package final class Upstream {
    package let url: String
    /// Changes when the certificate is renewed.
    package private(set) var identity: ClientIdentity
    /// What the caller keeps of a renewed certificate; called on the caller's own thread.
    package var onRenewal: ((EnrolmentResult) throws -> Void)?
    /// What the caller keeps of other root keys of HQ's.
    package var onRotation: ((Roots) throws -> Void)?
    /// Called with every new session, on the caller's own thread.
    package var onSession: ((Session) throws -> Void)?
    /// What a node said last of where it stands: shown with every new session, so that a node that was set back learns it.
    var heardCheckpoint: () throws -> Checkpoint? = { nil }
    /// What breaks its requests off.
    package let breaker: HTTPBreaker
    /// How much goes into a request, each way.
    var paceUp = Pace()
    var paceDown = Pace()
    private let channel: Channel
    private let wallMilliseconds: () -> Int64
    private var current: Session?
    private var offset = ClockOffset()

    package init(
        url: String, identity: ClientIdentity, transport: any Transport, breaker: HTTPBreaker = HTTPBreaker(),
        wallMilliseconds: @escaping () -> Int64
    ) {
        channel = Channel(url: url, transport: transport, breaker: breaker)
        self.breaker = breaker
        self.url = channel.url
        self.identity = identity
        self.wallMilliseconds = wallMilliseconds
    }

    /// Over HTTP, trusting the organisation's authority alone.
    package convenience init(
        url: String, identity: ClientIdentity, breaker: HTTPBreaker = HTTPBreaker(),
        wallMilliseconds: @escaping () -> Int64
    ) {
        let configuration = HTTPConfiguration(
            verification: .authority(pemFile: identity.authorityFile), userAgent: "fieldsync/\(identity.version)")
        self.init(
            url: url, identity: identity, transport: HTTPClient(configuration: configuration), breaker: breaker,
            wallMilliseconds: wallMilliseconds)
    }

    /// Milliseconds that this machine's clock is ahead of the node's; nil before the first session.
    package var measuredOffset: Int64? { offset.milliseconds }

    /// The session under way, or a new one.
    package func session() throws -> Session {
        if let current, current.isFresh(nodeTime: wallMilliseconds() - (measuredOffset ?? 0)) { return current }
        let opened = try openRenewing()
        try onSession?(opened)
        current = opened
        return opened
    }

    /// The next request opens a new session: the node said that something of this one no longer holds.
    func forgetSession() { current = nil }

    /// A record's history as the node knows it: the bytes of its JSON document.
    package func history(of record: RecordID) throws -> [UInt8] {
        try withToken { try channel.get("/v1/records/\(record)/history", token: $0) }
    }

    /// One request of the session under way.
    package func call<Answer: BoundedMessage>(_ path: String, _ message: [UInt8]) throws -> Answer {
        try withToken { try channel.post(path, message, token: $0) }
    }

    /// One request, and how the line carried it.
    /// - Parameters:
    ///   - pace: of the way that most of the bytes go.
    ///   - bytes: that went it.
    func call<Answer: BoundedMessage>(
        _ path: String, _ message: [UInt8], pacing pace: ReferenceWritableKeyPath<Upstream, Pace>,
        bytes: (Answer) -> Int
    ) throws -> Answer {
        let began = ContinuousClock.now
        do {
            let answer: Answer = try call(path, message)
            self[keyPath: pace].carried(bytes(answer), seconds: (ContinuousClock.now - began) / .seconds(1))
            return answer
        } catch ExchangeFailure.offline(let text) {
            self[keyPath: pace].interrupted()
            throw ExchangeFailure.offline(text)
        }
    }

    /// One request in a session that another connection opened, which the node may hold for a while.
    /// - Parameter mark: of the breaker, when it was asked for.
    func hold<Answer: BoundedMessage>(
        _ path: String, _ message: [UInt8], in session: Session, seconds: Int, since mark: HTTPBreaker.Mark
    ) throws(ExchangeFailure) -> Answer {
        try channel.post(path, message, token: session.token, heldSeconds: seconds, since: mark)
    }

    /// A request whose answer is no message, such as one about a blob.
    func send(
        _ method: String, _ path: String, headers: [(String, String)] = [], body: [UInt8]? = nil
    ) throws -> HTTPResponse {
        let request = HTTPRequest(method: method, url: channel.url + path, headers: headers, body: body)
        return try withToken { try channel.send(request, token: $0) }
    }

    /// A session that the node has forgotten is opened anew, once.
    private func withToken<T>(_ body: (String) throws -> T) throws -> T {
        do { return try body(try session().token) } catch ExchangeFailure.unauthorised(
            code: ErrorCode.unauthenticated.rawValue, message: _)
        {
            forgetSession()
            return try body(try session().token)
        }
    }
}

/// Proof of identity: a nonce of the node's, signed.
extension Upstream {
    private func openRenewing() throws -> Session {
        do {
            let opened = try open()
            // A branch's certificates are those of its devices too: it does not wait until its own expires.
            // The session is good meanwhile; what fails is tried again with the next one.
            guard identity.kind == .branch, !identity.isUnderCurrentRoot, (try? renew()) != nil else { return opened }
            return try open()
        } catch ExchangeFailure.unauthorised(
            code: ErrorCode.certificateExpired.rawValue, message: _)
        {
            try renew()
            return try open()
        }
    }

    private func open() throws -> Session {
        var request = try proof()
        if let heard = try heardCheckpoint() { request.checkpoint = WireCheckpoint(heard) }
        let answer: WireSessionResponse = try timed(request)
        return try Session(answer, of: identity)
    }

    /// Asks for a new certificate, and a device for a new code for its readable numbers.
    package func renew() throws {
        let answer: WireEnrollResponse = try channel.post("/v1/renew", try proof().encoded)
        let renewed: EnrolmentResult
        do throws(WireError) {
            renewed = try EnrolmentResult(
                verifying: answer, key: identity.key.publicKey, root: identity.root, authorityPEM: nil)
        } catch {
            throw ExchangeFailure(error)
        }
        identity = identity.with(chain: renewed.chain, root: renewed.root)
        try onRenewal?(renewed)
    }

    /// Asks to be another person's device, under a new key.
    package func handOver(_ order: RecordID, to key: SigningKey) throws -> EnrolmentResult {
        var request = WireHandoverRequest()
        request.order = Data(order.bytes)
        request.key = Data(key.publicKey.bytes)
        request.proof = Data(key.sign(order.bytes + identity.key.publicKey.bytes, for: .enroll))
        request.version = identity.version
        let answer: WireEnrollResponse = try call("/v1/handover", request.encoded)
        do throws(WireError) {
            return try EnrolmentResult(verifying: answer, key: key.publicKey, root: identity.root, authorityPEM: nil)
        } catch {
            throw ExchangeFailure(error)
        }
    }

    private func proof() throws -> WireSessionRequest {
        var request = WireSessionRequest()
        request.chain = identity.chain
        request.version = identity.version
        request.rotations = identity.root.rotations.map(\.signed)
        let answer = try timed(request)
        try learn(answer.rotations)
        request.rotations = []
        let nonce = [UInt8](answer.nonce)
        guard nonce.count == Limits.nonceBytes else { throw ExchangeFailure.garbage("a nonce of \(nonce.count) bytes") }
        request.nonce = Data(nonce)
        request.signature = Data(identity.key.sign(nonce, for: .session))
        return request
    }

    /// who answers need not be trusted yet, only who has a root key can sign a rotation.
    private func learn(_ rotations: [WireSignedRootRotation]) throws {
        let roots: Roots
        do throws(WireError) { roots = try identity.root.taking(rotations) } catch { throw ExchangeFailure(error) }
        guard roots != identity.root else { return }
        identity = identity.with(root: roots)
        try onRotation?(roots)
    }

    private func timed(_ request: WireSessionRequest) throws(ExchangeFailure) -> WireSessionResponse {
        let sent = wallMilliseconds()
        let answer: WireSessionResponse = try channel.post("/v1/session", request.encoded)
        offset.measure(sent: sent, received: wallMilliseconds(), nodeTime: answer.nodeTime)
        return answer
    }
}
