import Foundation
import SyncStore

/// What the node's store holds, as metrics. Everything comes from counts that are kept, from small tables, or from the
/// ends of indexes: nothing grows with the number of records.
struct StoreFigures: Sendable {
    let figures: NodeFigures
    let node: Node
    /// Milliseconds since 1970.
    let now: Int64

    var families: [MetricFamily] { holdings + worries + branches + files + backups }

    private var holdings: [MetricFamily] {
        [
            MetricFamily(.gauge, "fieldsync_position", "Commits that pullers can see.", Double(figures.position)),
            MetricFamily(
                .gauge, "fieldsync_records", "Records by type, deleted ones too.", by: "type", figures.recordsByType),
            MetricFamily(
                .gauge, "fieldsync_forgotten", "Deleted records of which only the stub is left; 0 but at HQ.",
                figures.forgotten),
            MetricFamily(.gauge, "fieldsync_change_sets", "Change sets in the log.", figures.changeSets),
            MetricFamily(
                .gauge, "fieldsync_devices", "Devices that this node enrolled, by state.", by: "state",
                figures.devicesByState),
            MetricFamily(
                .gauge, "fieldsync_schema_version", "Migrations of the database that were applied.",
                figures.schemaVersion),
        ]
    }

    private var worries: [MetricFamily] {
        [
            MetricFamily(
                .gauge, "fieldsync_conflicts_open", "Fields that a person must decide.", figures.conflicts),
            MetricFamily(
                .gauge, "fieldsync_change_sets_refused", "Change sets in the log that were refused.", figures.refused),
            MetricFamily(
                .gauge, "fieldsync_change_sets_undecided", "Change sets that wait for a node that can judge them.",
                figures.undecided),
            MetricFamily(
                .gauge, "fieldsync_quarantined", "Change sets kept aside that nobody has looked at yet.",
                figures.quarantined),
            MetricFamily(
                .gauge, "fieldsync_pending_up", "Change sets that the node above has no receipt for; 0 at HQ.",
                figures.pendingUp),
        ]
    }

    private var branches: [MetricFamily] {
        func samples(_ value: (BranchLink) -> Double?) -> [MetricFamily.Sample] {
            figures.branches.compactMap { link in
                value(link).map { MetricFamily.Sample(labels: [("branch", link.name)], value: $0) }
            }
        }
        return [
            MetricFamily(
                .gauge, "fieldsync_branch_lag_seconds", "Since a branch last exchanged with this node.",
                samples { $0.lastExchangeAt.map { Double(max(0, now - $0)) / 1000 } }),
            MetricFamily(
                .gauge, "fieldsync_branch_pending", "Change sets that a branch had still to push then.",
                samples { $0.pending.map(Double.init) }),
        ]
    }

    private var backups: [MetricFamily] {
        let waiting = node.store.archivedBytes
        return [
            MetricFamily(
                .gauge, "fieldsync_backup_last_success_timestamp_seconds", "When the last backup was made; 0: never.",
                Double(figures.backupSecond ?? 0)),
            MetricFamily(
                .gauge, "fieldsync_backup_archiving", "Whether what changes is kept for the next backup.",
                waiting == nil ? 0 : 1),
            MetricFamily(
                .gauge, "fieldsync_backup_archive_bytes", "What the next backup will fetch.", waiting ?? 0),
        ]
    }

    private var files: [MetricFamily] {
        [
            MetricFamily(
                .gauge, "fieldsync_database_bytes", "The database file.", bytes(of: node.directory.database)),
            MetricFamily(
                .gauge, "fieldsync_wal_bytes", "Its write-ahead log.", bytes(of: node.directory.database + "-wal")),
            MetricFamily(
                .counter, "fieldsync_fsyncs_total",
                "Transactions that wrote something: each is one fsync of the write-ahead log.",
                node.store.transactions),
        ]
    }

    private func bytes(of file: String) -> Int {
        (try? FileManager.default.attributesOfItem(atPath: file)[.size] as? Int) ?? 0
    }
}
