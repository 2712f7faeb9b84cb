extension Store {
    /// What migrations cannot do by themselves, since it needs the rules. Whether it was done is kept, too, and not only told from
    /// what was migrated just now: whoever did that may have ended before it came to this.
    func raise(isMigrated: Bool) throws {
        if try !isMigrated && read({ try $0.metaText(MetaKey.raisedTo) }) == Migrations.last { return }
        try write { access in
            try access.beginAudit()
            try access.adoptKnownTypes()
            try access.adoptHoldings()
            try access.setMeta(MetaKey.raisedTo, text: Migrations.last)
        }
    }
}
