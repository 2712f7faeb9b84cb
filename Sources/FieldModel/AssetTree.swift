package import SyncCore

/// How assets are parts of one another.
package enum AssetTree {
    /// The assets that are, by concurrent attachments, parts of themselves; each circle once, sorted. They need a person.
    ///
    /// - Parameter parents: the derived parent of every asset that has one.
    package static func circles(parents: [RecordID: RecordID]) -> [[RecordID]] {
        var seen: Set<RecordID> = []
        var circles: [[RecordID]] = []
        for start in parents.keys.sorted() {
            var path: [RecordID] = []
            var next: RecordID? = start
            while let asset = next, seen.insert(asset).inserted {
                path.append(asset)
                next = parents[asset]
            }
            if let asset = next, let begin = path.firstIndex(of: asset) { circles.append(path[begin...].sorted()) }
        }
        return circles
    }
}
