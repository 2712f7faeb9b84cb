package import SyncWire

/// What was found of one file, page by page.
package struct PageReport: Sendable {
    package struct Damage: Hashable, Sendable {
        /// Of the file, or of a frame of its log: from 1.
        package let page: UInt32
        package let isInLog: Bool
        /// The table or index whose rows stand there; nil: that cannot be told.
        package let holds: String?
    }

    /// In the file and its log.
    package let pages: Int
    package let frames: Int
    package let damaged: [Damage]
    /// The heads of file and log, without which nothing, or nothing new, can be read.
    package let isHeadless: Bool
    package let isLogHeadless: Bool

    package var isSound: Bool { damaged.isEmpty && !isHeadless && !isLogHeadless }

    init(_ image: PageImage) {
        let owners = PageOwners(image)
        let blank = image.blank.subtracting(owners.freeLeaves)
        // What is newer in the log is not asked of the file, where a checkpoint may just have torn it.
        let pages = (image.damagedPages + blank + image.cutOff).filter { !image.isInLog($0) }.sorted().map {
            Damage(page: $0, isInLog: false, holds: owners.names[$0])
        }
        let frames = image.damagedFrames.map { Damage(page: $0 + 1, isInLog: true, holds: nil) }
        (self.pages, self.frames, damaged) = (Int(image.count), Int(image.frameCount), pages + frames)
        (isHeadless, isLogHeadless) = (image.isHeadless, image.isLogHeadless)
    }

    /// - Throws: `StoreFailure.missing`.
    package init(of path: String, keys: DataKeys) throws { self.init(try PageImage(path, keys: keys)) }
}
