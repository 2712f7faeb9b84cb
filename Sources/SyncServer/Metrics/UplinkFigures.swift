/// How the line to the node above fares.
package struct UplinkFigures: Sendable {
    package let connected: Bool
    /// Milliseconds since 1970; nil before the first exchange that came to its end.
    package let lastSuccessAt: Int64?
    /// Exchanges that did not come to their end, since the start.
    package let failures: Int

    package init(connected: Bool, lastSuccessAt: Int64?, failures: Int) {
        (self.connected, self.lastSuccessAt, self.failures) = (connected, lastSuccessAt, failures)
    }

    var families: [MetricFamily] {
        [
            MetricFamily(
                .gauge, "fieldsync_uplink_connected", "Whether the last exchange with the node above came to its end.",
                connected ? 1 : 0),
            MetricFamily(
                .gauge, "fieldsync_uplink_last_success_timestamp_seconds", "When the last one did, since 1970.",
                Double(lastSuccessAt ?? 0) / 1000),
            MetricFamily(
                .counter, "fieldsync_uplink_failures_total", "Exchanges that did not.", failures),
        ]
    }
}
