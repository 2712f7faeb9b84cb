import Foundation

/// How long a soak lasts and how many take part: a small one among the tests, any other by `scripts/soak`.
struct SoakScale {
    let days: Int
    let devices: Int
    /// Simulated days from one to the next.
    let stride: Int64

    /// Sixteen days spread over fifteen months, so that every age comes by.
    static let small = SoakScale(days: 16, devices: 4, stride: 30)

    /// `DAYS DEVICES STRIDE`; nil: nobody asked for another one.
    static let asked: SoakScale? = {
        let words = ProcessInfo.processInfo.environment["FIELDSYNC_SOAK"]?.split(separator: " ").compactMap { Int($0) }
        guard let words, words.count == 3 else { return nil }
        return SoakScale(days: words[0], devices: words[1], stride: Int64(words[2]))
    }()

    var branches: Int { max(2, devices / 50) }
}
