/// A language that people read.
package enum Language: String, Sendable, CaseIterable {
    case en
    case zh
}

/// The same sentence or label in every language that people read.
package struct Words: Sendable, Hashable {
    package let en: String
    package let zh: String

    package init(_ en: String, _ zh: String) {
        self.en = en
        self.zh = zh
    }

    package subscript(language: Language) -> String {
        switch language {
        case .en: en
        case .zh: zh
        }
    }
}
