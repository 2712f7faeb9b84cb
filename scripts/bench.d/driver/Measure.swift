import Foundation

/// Processor time of this process, and time on the wall, since it was made.
struct Measure {
    private let began = Self.cpuSeconds
    private let start = Date()

    private static var cpuSeconds: Double {
        var usage = rusage()
        guard getrusage(RUSAGE_SELF.rawValue, &usage) == 0 else { return 0 }
        let microseconds = usage.ru_utime.tv_usec + usage.ru_stime.tv_usec
        return Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) + Double(microseconds) / 1e6
    }

    /// The figures of this object with both times.
    func report(_ figures: [String: Double]) throws {
        let times = ["cpu_s": Self.cpuSeconds - began, "wall_s": Date().timeIntervalSince(start)]
        let all = figures.merging(times) { figure, _ in figure }
        let line = try JSONSerialization.data(withJSONObject: all, options: .sortedKeys)
        // Not print, which keeps lines back from a pipe while somebody waits for them.
        FileHandle.standardOutput.write(line + Data("\n".utf8))
    }
}
