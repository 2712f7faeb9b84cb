import SyncCore

/// The laws of the sync model, after everything came to rest.
extension World {
    /// - Parameter ghosts: whether to look for false conflicts too. An eviction and a restored node together may leave
    ///   one, because what only the dropped copy held is gone.
    func check(ghosts: Bool) throws(WorldFault) {
        for record in Self.records {
            try checkConvergence(record)
            try checkExactness(record)
            try checkVerdicts(record)
            if ghosts { try checkGhosts(record) }
        }
    }

    private func checkConvergence(_ record: Int) throws(WorldFault) {
        for branch in branches {
            try WorldFault.unless(
                branch.base[record] == hq.base[record], .convergence, "branch \(branch.id), record \(record)")
        }
        for device in devices {
            try WorldFault.unless(
                device.shown(record) == hq.base[record], .convergence, "device \(device.id), record \(record)")
        }
    }

    /// A write is among the siblings if and only if it was applied and no applied write overwrote it.
    private func checkExactness(_ record: Int) throws(WorldFault) {
        let state = hq.base[record]
        let applied = writes[record].values.filter { state.known.contains($0.dot) }
        try WorldFault.unless(
            KnownDots(applied.map(\.dot)) == state.known, .exactness, "unknown dots in record \(record)")
        for field in Self.fields {
            let written = applied.compactMap { write in
                write.fields.first { $0.tag == field.tag }.map { (dot: write.dot, field: $0) }
            }
            let gone = Set(written.flatMap(\.field.overwrites))
            let wanted = Set(written.filter { $0.field.value != nil }.map(\.dot)).subtracting(gone)
            let have = state[field.tag]
            try WorldFault.unless(
                have.siblings.map(\.dot) == wanted.sorted(), .exactness, "\(field.kind) of record \(record)")
            let undelivered = gone.filter { !state.known.contains($0) }
            try WorldFault.unless(have.superseded == undelivered.sorted(), .exactness, "superseded of record \(record)")
            if field.kind == .counter {
                try WorldFault.unless(have.sum == sum(written.map(\.field.value)), .counting, "record \(record)")
            }
        }
    }

    private func sum(_ values: [Value?]) -> Int64 {
        values.reduce(into: 0) { if case .integer(let increment)? = $1 { $0 += increment } }
    }

    /// HQ has one verdict on every set that a device made, and accepted means applied.
    private func checkVerdicts(_ record: Int) throws(WorldFault) {
        for set in devices.flatMap(\.own) {
            let entry = hq.log[set.by].flatMap { $0.first { $0.set.hash == set.hash } }
            guard let entry else { throw WorldFault(law: .conservation, detail: "set \(set.seq) of \(set.by)") }
            for (_, dot) in set.dots(in: record) {
                try WorldFault.unless(
                    (entry.verdict == .applied) == hq.base[record].known.contains(dot), .verdictsMeanEffects,
                    "\(dot) of record \(record)")
            }
        }
    }

    /// Of two siblings of a register neither had been seen by the other's author, not even by way of refused writes.
    private func checkGhosts(_ record: Int) throws(WorldFault) {
        for field in Self.fields where field.kind == .register || field.kind == .review {
            let siblings = Set(hq.base[record][field.tag].siblings.map(\.dot))
            for dot in siblings {
                try WorldFault.unless(
                    siblings.isDisjoint(with: seen(by: dot, record, field.tag)), .noGhosts, "\(dot) of record \(record)"
                )
            }
        }
    }

    private func seen(by dot: Dot, _ record: Int, _ tag: FieldTag) -> Set<Dot> {
        var (found, todo) = (Set<Dot>(), [dot])
        while let next = todo.popLast() {
            let field = writes[record][next]?.fields.first { $0.tag == tag }
            for earlier in field?.overwrites ?? [] where found.insert(earlier).inserted { todo.append(earlier) }
        }
        return found
    }
}
