extension Store {
    /// What migrations cannot do by themselves, since it needs the rules: once for each newest migration. Whether it is done is
    /// kept, and not told from what was migrated just now: whoever did that may have ended before it came to this.
    func raise() throws {
        if try read({ try $0.metaText(MetaKey.raisedTo) }) == Migrations.last { return }
        try write { access in
            try access.beginAudit()
            try access.adoptKnownTypes()
            try access.adoptHoldings()
            try access.setMeta(MetaKey.raisedTo, text: Migrations.last)
        }
    }
}
