import MemoryShim

/// The memory of a process that serves.
package enum NodeMemory {
    /// Long blocks that are free go back to the system at once. To be called once, before there are threads.
    package static func keepLittle() { ms_keep_little() }

    /// So do many short ones, after something that needed so many bytes of them.
    static func giveBack(after bytes: Int) { if bytes >= ServerLimits.givenBackBytesMin { ms_give_back() } }
}
