/// What decoded content takes of memory, where something counts it: AddressSanitizer under `scripts/fuzz`.
enum Heap {
    /// Set once, before anything is decoded.
    nonisolated(unsafe) static var allocated: () -> Int = { 0 }

    /// a decoder does not make much out of little.
    static func bounded<Content>(
        by factor: Int, of bytes: [UInt8], beside fixed: Int = 0, _ decode: () throws -> Content
    ) throws -> Content {
        let before = allocated()
        let content = try decode()
        let held = allocated() - before
        // What is made once, and what every message costs.
        try BrokenPromise.unless(
            held <= 1 << 20 + fixed + factor * bytes.count, "\(bytes.count) bytes were decoded to \(held)")
        return content
    }
}
