/// Writes a bundle part by part; no more than one part of it is ever in memory.
package struct BundleWriter {
    private let hash = RunningHash()
    private let sink: ([UInt8]) throws -> Void

    /// - Parameter sink: takes the bundle's bytes, in order.
    package init(_ header: WireBundleHeader, to sink: @escaping ([UInt8]) throws -> Void) throws {
        self.sink = sink
        try add(.header(header))
    }

    package func add(_ part: WireBundlePart.OneOf_Part) throws {
        let frame = Frame.encode(WireBundlePart(part).encoded)
        hash.add(frame[...])
        try sink(frame)
    }

    /// The last part. Nothing is added after it.
    package func seal(by key: SigningKey) throws {
        let hash = hash.finish()
        try sink(BundleSeal(hash: hash, signature: key.sign(hash, for: .bundle)).frame)
    }
}

extension WireBundlePart {
    init(_ part: OneOf_Part) {
        self.init()
        self.part = part
    }
}
