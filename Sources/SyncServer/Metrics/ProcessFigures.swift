import Foundation

/// What this process takes of the machine, as the kernel tells it. Zero where it does not.
struct ProcessFigures: Sendable {
    /// Seconds since 1970 at which the server began.
    let startedAt: Double

    var families: [MetricFamily] {
        [
            MetricFamily(
                .gauge, "fieldsync_process_start_time_seconds", "When it began to serve, since 1970.", startedAt),
            MetricFamily(
                .counter, "fieldsync_process_cpu_seconds_total", "Processor time, user and system.", cpuSeconds),
            MetricFamily(
                .gauge, "fieldsync_process_resident_memory_bytes", "Memory in use.", Double(residentBytes)),
            MetricFamily(.gauge, "fieldsync_process_open_fds", "Open files and sockets.", openDescriptors),
            MetricFamily(.gauge, "fieldsync_process_max_fds", "How many it may have open.", descriptorsMax),
        ]
    }

    private var cpuSeconds: Double {
        var usage = rusage()
        guard getrusage(RUSAGE_SELF.rawValue, &usage) == 0 else { return 0 }
        let microseconds = usage.ru_utime.tv_usec + usage.ru_stime.tv_usec
        return Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) + Double(microseconds) / 1e6
    }

    private var residentBytes: Int {
        let pages = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?.split(separator: " ")
        return (pages.flatMap { $0.count > 1 ? Int($0[1]) : nil } ?? 0) * Int(sysconf(Int32(_SC_PAGESIZE)))
    }

    private var openDescriptors: Int {
        (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count) ?? 0
    }

    private var descriptorsMax: Int {
        var limit = rlimit()
        return getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 ? Int(clamping: limit.rlim_cur) : 0
    }
}
