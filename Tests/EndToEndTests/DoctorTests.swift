import Foundation
import Testing

@Suite("Doctor: damage of a device is found, and what was not sent is saved")
struct DoctorTests {
    /// Ways in which a disk fails.
    private static let accidents: [(name: String, @Sendable (DamagedDevice) throws -> Void)] = [
        ("a bit of a page", { try $0.change { $0[5 * 4_096 + 17] ^= 4 } }),
        ("every fourth page wiped", { try $0.change { wipe(&$0, every: 4) } }),
        ("the head of the file", { try $0.change { $0[3] ^= 1 } }),
        ("its salt", { try $0.change { $0[9] ^= 1 } }),
        ("cut off", { try $0.change { $0.removeLast($0.count / 2) } }),
        ("gone", { try FileManager.default.removeItem(at: $0.file()) }),
        (
            "its journal gone",
            { device in
                try FileManager.default.removeItem(at: device.file("-unsent"))
                try device.change { $0[$0.count - 100] ^= 1 }
            }
        ),
    ]

    private static func wipe(_ data: inout Data, every step: Int) {
        for page in stride(from: 1, to: data.count / 4_096, by: step) {
            data.replaceSubrange(page * 4_096..<(page + 1) * 4_096, with: Data(count: 4_096))
        }
    }

    @Test("Whatever is damaged is found, salvaged and synced, and HQ has all that was written")
    func accidents() throws {
        try Tiers.play { tiers in
            var trial = try DamagedDevice(tiers)
            for (name, damage) in Self.accidents {
                try trial.write("\(name), sent")
                try trial.device.sync()
                try trial.write("\(name), 1")
                try trial.write("\(name), 2")
                #expect(try trial.device.done("doctor")["sound"] == .flag(true), "\(name)")
                let before = try trial.device.done("status")["replica"]
                try damage(trial)
                let found = try trial.device.verb("doctor")
                #expect(found.exit == 14, "\(name): \(found)")
                #expect(try found.json["sound"] == .flag(false), "\(name)")
                #expect(try found.json["unsent"] == .number(2) && found.json["gone"] == .number(0), "\(name): \(found)")
                #expect([11, 14].contains(try trial.device.verb("verify").exit), "\(name) is read")
                let saved = try trial.device.done("doctor", "--salvage")
                #expect(try #require(saved["salvaged"]["sets"].number) >= 2, "\(name): \(saved)")
                let status = try trial.device.done("status")
                #expect(status["pending"] == .number(2) && status["replica"] != before, "\(name): \(status)")
                #expect(status["new_id"]["reason"] == .text("salvaged"), "\(name)")
                try trial.expectAllAtHQ(name)
                #expect(try trial.device.done("status")["new_id"] == .null, "\(name)")
                #expect(try trial.device.done("doctor")["sound"] == .flag(true), "\(name)")
                #expect(try trial.device.done("verify")["differed"] == .number(0), "\(name)")
            }
            #expect(try trial.tiers.hq.verb("verify").exit == 0)
        }
    }

    @Test("Both languages say where the damage is and what to do; while a watch runs, or locked, it is refused")
    func words() throws {
        try Tiers.play { tiers in
            var trial = try DamagedDevice(tiers)
            try trial.write("unsent")
            let use = open(trial.device.folder.appending(path: "use.lock").path, O_RDWR)
            #expect(flock(use, LOCK_SH) == 0)
            #expect(try trial.device.verb("doctor").exit == 75)
            close(use)
            try trial.change { $0[2 * 4_096 + 9] ^= 1 }
            let files = try trial.device.files()
            for (language, words) in [
                ("en", ["Page 3", "field doctor --salvage"]), ("zh", ["第 3 页", "field doctor --salvage"]),
            ] {
                let outcome = try trial.device.command(["doctor", "--lang", language]).run()
                #expect(outcome.exit == 14)
                for word in words { #expect(outcome.text.contains(word), "\(outcome)") }
            }
            #expect(try trial.device.files() == files, "it is not read-only")
            let key = try Data(contentsOf: URL(filePath: trial.device.keyFile))
            try Data(repeating: 1, count: 32).write(to: URL(filePath: trial.device.keyFile))
            #expect(try trial.device.verb("doctor").exit == 11)
            try key.write(to: URL(filePath: trial.device.keyFile))
            #expect(try trial.device.verb("doctor", "--salvage", "--rebuild").exit == 2)
        }
    }

    @Test("Killed at any moment of a salvage, it can be run again, and nothing is lost")
    func killed() throws {
        try Tiers.play { tiers in
            var trial = try DamagedDevice(tiers)
            var random = SeededRandom(seed: 3)
            for round in 1...6 {
                try trial.write("round \(round)")
                try trial.change { $0[4 * 4_096 + round] ^= 1 }
                for _ in 0..<3 {
                    let salvage = try trial.device.command(["doctor", "--salvage"]).start()
                    _ = try salvage.killed(afterMilliseconds: Int.random(in: 1...400, using: &random))
                }
                #expect([0, 14].contains(try trial.device.verb("doctor", "--salvage").exit), "round \(round)")
                try trial.expectAllAtHQ("round \(round)")
            }
        }
    }

    @Test("Enrolling goes on with a salvage that was broken off, and takes nothing's place")
    func enrolledMeanwhile() throws {
        try Tiers.play { tiers in
            var trial = try DamagedDevice(tiers)
            try trial.write("unsent")
            // As it is when a salvage is killed between its last steps.
            let waiting = trial.file(".salvage-20260101T000000.aside")
            try FileManager.default.createDirectory(at: waiting, withIntermediateDirectories: true)
            for suffix in ["", "-unsent", "-people"]
            where FileManager.default.fileExists(atPath: trial.file(suffix).path) {
                try FileManager.default.moveItem(
                    at: trial.file(suffix), to: waiting.appending(path: "replica.db" + suffix))
            }
            let refused = try trial.device.verb("enroll", tiers.hq.url, "--code", "AAAA-AAAA", "--name", "again")
            #expect(try refused.error["code"] == .text("exists"), "\(refused)")
            #expect(!FileManager.default.fileExists(atPath: waiting.path))
            try trial.expectAllAtHQ("enrolled meanwhile")
        }
    }

    @Test("Attachments that are whole are kept and sent; a damaged one is named and put aside")
    func attachments() throws {
        try Tiers.play { tiers in
            var trial = try DamagedDevice(tiers)
            try trial.write("with photos")
            for name in ["whole", "damaged"] {
                let photo = tiers.folder.appending(path: name)
                try Data(String(repeating: name, count: 10_000).utf8).write(to: photo)
                try trial.device.done("attach", trial.machine, photo.path)
            }
            let folder = trial.device.folder.appending(path: "blobs")
            let names = try FileManager.default.subpathsOfDirectory(atPath: folder.path).filter { $0.count > 40 }
                .sorted()
            let damaged = folder.appending(path: try #require(names.first))
            var bytes = try Data(contentsOf: damaged)
            bytes[100] ^= 1
            try bytes.write(to: damaged)
            try trial.change { $0[3 * 4_096 + 9] ^= 1 }
            let outcome = try trial.device.verb("doctor", "--salvage")
            #expect(outcome.exit == 14, "what is lost is not told")
            let hash = try #require(names.first).replacing("/", with: "")
            #expect(try outcome.json["salvaged"]["attachments"].texts == [hash], "\(outcome)")
            #expect(try trial.device.done("status")["attachments_pending"] == .number(1))
            try trial.expectAllAtHQ("attachments")
            #expect(try trial.device.done("status")["attachments_pending"] == .number(0))
        }
    }

    @Test("What follows from the records is computed anew where it does not agree")
    func rebuilt() throws {
        try Tiers.play { tiers in
            var trial = try DamagedDevice(tiers)
            try trial.write("a word")
            try trial.device.sync()
            try trial.device.sql("DELETE FROM search_docsize; DELETE FROM named")
            let found = try trial.device.verb("doctor")
            #expect(found.exit == 14, "\(found)")
            #expect(try trial.device.done("doctor", "--rebuild")["rebuilt"] == .flag(true))
            #expect(try trial.device.done("doctor")["sound"] == .flag(true))
        }
    }
}
