import Foundation

/// What `scripts/fuzz` runs. The arguments are libFuzzer's; the environment names the target, so that the processes that
/// libFuzzer starts have it too.
enum Fuzz {
    fileprivate static let target =
        FuzzTarget.named(ProcessInfo.processInfo.environment["FIELDSYNC_FUZZ_TARGET"] ?? "")

    /// `--list`, `--seeds FOLDER`: what the script asks first.
    fileprivate static func answer(_ words: ArraySlice<String>) throws {
        if words.first == "--list" {
            for target in FuzzTarget.all { print(target.name, target.bytesMax) }
            exit(0)
        }
        guard let target else {
            tell("fieldfuzz: FIELDSYNC_FUZZ_TARGET names no target")
            exit(2)
        }
        guard words.first == "--seeds", let folder = words.dropFirst().first else { return }
        for (index, seed) in try target.seeds().enumerated() {
            try Data(seed).write(to: URL(filePath: folder).appending(path: "seed-\(index)"))
        }
        exit(0)
    }

    fileprivate static func tell(_ line: String) { FileHandle.standardError.write(Data((line + "\n").utf8)) }
}

/// The name under which the package builder looks for an executable's main.
@_cdecl("fieldfuzz_main")
func runFuzzer(_ count: CInt, _ arguments: UnsafeMutableRawPointer) -> CInt {
    do {
        try Fuzz.answer(CommandLine.arguments.dropFirst())
    } catch {
        Fuzz.tell("fieldfuzz: \(error)")
        return 74
    }
    Heap.allocated = allocatedBytes
    var (count, arguments) = (count, arguments)
    return runLibFuzzer(&count, &arguments) { fuzzOneInput($0, $1) }
}

/// The name that libFuzzer's own main asks for, which is linked too.
@_cdecl("LLVMFuzzerTestOneInput")
func fuzzOneInput(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    if let broken = Fuzz.target?.brokenPromise(by: Array(UnsafeBufferPointer(start: start, count: count))) {
        Fuzz.tell("broken promise: \(broken)")
        abort()
    }
    return 0
}

@_silgen_name("LLVMFuzzerRunDriver")
private func runLibFuzzer(
    _ count: UnsafeMutablePointer<CInt>, _ arguments: UnsafeMutablePointer<UnsafeMutableRawPointer>,
    _ run: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

/// AddressSanitizer's: bytes that are allocated now.
@_silgen_name("__sanitizer_get_current_allocated_bytes")
private func allocatedBytes() -> Int
