extension ErrorCode {
    /// What the catalogue says of this code.
    package var entry: ErrorEntry {
        let found = requestEntry ?? chainEntry ?? trustEntry ?? ruleEntry ?? valueEntry ?? localEntry
        guard let found else { preconditionFailure("\(rawValue) is not in the catalogue") }
        return found
    }
}
