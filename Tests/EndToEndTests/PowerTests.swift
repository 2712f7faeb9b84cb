import Foundation
import Testing

@Suite("The power fails under the real programs")
struct PowerTests {
    private static let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// `scripts/torture power` in little: three tiers at work, 300 images of their disks, and the control, which has to fail.
    @Test("Three hundred images of disks hold what was promised; without syncs they would not")
    func images() throws {
        var command = Command(
            path: "/usr/bin/env",
            [
                "python3", "-B", Self.repository.appending(path: "scripts/torture.d/torture.py").path, "power", "300",
                "--programs", URL(filePath: Program.field.path).deletingLastPathComponent().path,
            ], in: FileManager.default.temporaryDirectory)
        command.environment["PATH"] = ProcessInfo.processInfo.environment["PATH"]
        let outcome = try command.run(within: 600)
        #expect(outcome.exit == 0, "\(outcome)")
        #expect(outcome.text.contains("control, databases not synced: "), "\(outcome)")
        #expect(outcome.text.contains("300 images: all that was promised is there"), "\(outcome)")
    }
}
