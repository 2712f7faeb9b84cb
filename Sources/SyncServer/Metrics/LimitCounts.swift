/// What the node's limits turned away, delayed or gave up.
struct LimitCounts: Sendable {
    enum Reason: String, CaseIterable, Sendable {
        /// Of one asker at a time.
        case requests
        /// Of one address: too many, or too many new ones.
        case connections
        /// A long body, for want of room.
        case bodies
        /// What is no HTTP, or has too long headers.
        case malformed
    }

    var refused: [Reason: Int] = [:]
    var closed: [Impatience: Int] = [:]
    var delayed = 0

    var families: [MetricFamily] {
        [
            MetricFamily(
                .counter, "fieldsync_refused_total", "What was refused because somebody asked for too much.",
                by: "reason", Reason.allCases.map { ($0.rawValue, refused[$0] ?? 0) }),
            MetricFamily(
                .counter, "fieldsync_connections_closed_total",
                "Connections that were closed because the other side kept the node waiting, by what it waited for.",
                by: "phase", Impatience.allCases.map { ($0.rawValue, closed[$0] ?? 0) }),
            MetricFamily(
                .counter, "fieldsync_requests_delayed_total", "Requests that were held because they came too fast.",
                delayed),
        ]
    }
}
