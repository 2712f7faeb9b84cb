import Synchronization

/// What the node did since its start, for `/metrics`.
final class Counters: Sendable {
    private struct Route {
        var statuses: [Int: Int] = [:]
        var seconds = Histogram(Histogram.seconds)
    }

    private struct State {
        var routes: [String: Route] = [:]
        var sets = SetCounts()
        var states = 0
        var bytes = Bytes()
        var sessions = SessionCount()
        var batches = Histogram(Histogram.batch)
        var commitSeconds = Histogram(Histogram.seconds)
        var commitsFailed = 0
        var limits = LimitCounts()
    }

    /// What became of pushed change sets.
    struct SetCounts: Sendable {
        var received = 0
        var applied = 0
        var refused = 0
        var undecided = 0
        var duplicate = 0
        /// In runs that were turned away as a whole.
        var rejected = 0
    }

    private struct Bytes {
        var (requests, requestMessages, responses, responseMessages) = (0, 0, 0, 0)
    }

    private let state = Mutex(State())

    /// - Parameter route: the address as it is declared, without what a caller put into it.
    func count(request route: String, status: Int, seconds: Double) {
        state.withLock { state in
            state.routes[route, default: Route()].statuses[status, default: 0] += 1
            state.routes[route]?.seconds.observe(seconds)
        }
    }

    func count(sets: SetCounts) { state.withLock { $0.sets.add(sets) } }
    func count(states count: Int) { state.withLock { $0.states += count } }

    /// - Parameters:
    ///   - body: bytes as they travelled.
    ///   - message: bytes of the message in it.
    func count(requestBody body: Int, message: Int) {
        state.withLock { state in
            state.bytes.requests += body
            state.bytes.requestMessages += message
        }
    }

    func count(responseBody body: Int, message: Int) {
        state.withLock { state in
            state.bytes.responses += body
            state.bytes.responseMessages += message
        }
    }

    func count(sessionUntil expiresAt: Int64, now: Int64) {
        state.withLock { $0.sessions.open(until: expiresAt, now: now) }
    }

    func count(_ limit: LimitCounts.Reason) { state.withLock { $0.limits.refused[limit, default: 0] += 1 } }
    func count(closed why: Impatience) { state.withLock { $0.limits.closed[why, default: 0] += 1 } }
    func countDelayed() { state.withLock { $0.limits.delayed += 1 } }

    /// - Parameter writes: that shared the transaction.
    func count(commitOf writes: Int, seconds: Double, failed: Bool) {
        state.withLock { state in
            state.batches.observe(Double(writes))
            state.commitSeconds.observe(seconds)
            if failed { state.commitsFailed += 1 }
        }
    }

    func families(now: Int64) -> [MetricFamily] {
        state.withLock { state in
            Self.requests(state) + Self.exchange(state, now: now) + Self.traffic(state) + Self.commits(state)
                + state.limits.families
        }
    }

    private static func requests(_ state: State) -> [MetricFamily] {
        let routes = state.routes.sorted { $0.key < $1.key }
        let requests = routes.flatMap { route, counts in
            counts.statuses.sorted { $0.key < $1.key }.map { status, count in
                MetricFamily.Sample(labels: [("route", route), ("status", "\(status)")], value: Double(count))
            }
        }
        return [
            MetricFamily(.counter, "fieldsync_requests_total", "Requests answered, by address and status.", requests),
            MetricFamily(
                .histogram, "fieldsync_request_duration_seconds",
                "Time to the answer's head, by address; a pull may wait for up to 60 s.",
                routes.flatMap { $0.value.seconds.samples([("route", $0.key)]) }),
        ]
    }

    private static func exchange(_ state: State, now: Int64) -> [MetricFamily] {
        let sets = state.sets
        return [
            MetricFamily(
                .counter, "fieldsync_change_sets_received_total", "Change sets pushed to this node.", sets.received),
            MetricFamily(
                .counter, "fieldsync_change_sets_judged_total",
                "Pushed change sets by what became of them; duplicate: they were here already.", by: "outcome",
                [
                    ("applied", sets.applied), ("refused", sets.refused), ("undecided", sets.undecided),
                    ("duplicate", sets.duplicate), ("rejected", sets.rejected),
                ]),
            MetricFamily(.counter, "fieldsync_states_served_total", "Record states given to pullers.", state.states),
            MetricFamily(
                .counter, "fieldsync_sessions_opened_total", "Sessions opened since the start.", state.sessions.opened),
            MetricFamily(
                .gauge, "fieldsync_sessions", "Sessions that have not run out.", state.sessions.count(now: now)),
        ]
    }

    private static func traffic(_ state: State) -> [MetricFamily] {
        let bytes = state.bytes
        return [
            MetricFamily(
                .counter, "fieldsync_request_body_bytes_total", "Bodies of requests as they travelled.", bytes.requests),
            MetricFamily(
                .counter, "fieldsync_request_message_bytes_total", "The same, decompressed.", bytes.requestMessages),
            MetricFamily(
                .counter, "fieldsync_response_body_bytes_total", "Bodies of answers as they travelled.",
                bytes.responses),
            MetricFamily(
                .counter, "fieldsync_response_message_bytes_total", "The same, before compression.",
                bytes.responseMessages),
        ]
    }

    private static func commits(_ state: State) -> [MetricFamily] {
        [
            MetricFamily(
                .histogram, "fieldsync_commit_batch_size", "Requests' writes that shared a transaction.",
                state.batches.samples()),
            MetricFamily(
                .histogram, "fieldsync_commit_duration_seconds", "Time of such a transaction with its fsync.",
                state.commitSeconds.samples()),
            MetricFamily(
                .counter, "fieldsync_commits_failed_total", "Such transactions that failed as a whole.",
                state.commitsFailed),
        ]
    }
}

extension Counters.SetCounts {
    mutating func add(_ other: Self) {
        received += other.received
        applied += other.applied
        refused += other.refused
        undecided += other.undecided
        duplicate += other.duplicate
        rejected += other.rejected
    }
}

/// Sessions by when they run out. A node keeps nothing else about them.
private struct SessionCount {
    private(set) var opened = 0
    /// Rising: all sessions last equally long.
    private var ends: ArraySlice<Int64> = []

    mutating func open(until end: Int64, now: Int64) {
        opened += 1
        ends.append(end)
        if ends.first.map({ $0 <= now }) == true { ends = ArraySlice(ends.drop { $0 <= now }) }
    }

    func count(now: Int64) -> Int { ends.count { $0 > now } }
}
