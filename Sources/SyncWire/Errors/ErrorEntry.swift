/// A sentence in both languages.
package struct ErrorWords: Hashable, Sendable {
    package let en: String
    package let zh: String

    package init(_ en: String, _ zh: String) {
        self.en = en
        self.zh = zh
    }
}

/// What a client does about an error without asking anybody.
package enum ErrorClass: String, CaseIterable, Sendable {
    /// The same again later, at longer and longer intervals.
    case retry
    /// The same again fails again: something in the request has to change first.
    case fixRequest = "fix-request"
    case upgrade
    case askAHuman = "ask-a-human"
}

/// What the catalogue says of a code.
package struct ErrorEntry: Hashable, Sendable {
    /// The status of an HTTP answer.
    package let status: Int
    /// The exit code of a program.
    package let exit: Int32
    package let errorClass: ErrorClass
    package let meaning: ErrorWords
    /// What the person should do.
    package let action: ErrorWords

    init(_ status: Int, _ exit: Int32, _ errorClass: ErrorClass, _ meaning: ErrorWords, _ action: ErrorWords) {
        self.status = status
        self.exit = exit
        self.errorClass = errorClass
        self.meaning = meaning
        self.action = action
    }

    package var isRetryable: Bool { errorClass == .retry }
}
