/// Bytes that can be read at any place, such as a file's.
package struct ByteSource {
    package let size: Int64
    /// At most so many bytes from an offset on: fewer at the end.
    let read: (_ offset: Int64, _ count: Int) throws -> [UInt8]

    package init(size: Int64, read: @escaping (_ offset: Int64, _ count: Int) throws -> [UInt8]) {
        self.size = size
        self.read = read
    }
}
