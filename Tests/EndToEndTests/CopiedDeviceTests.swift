import Foundation
import Testing

@Suite("Copied devices: copies, old images and hand-copied files are noticed when they are opened, and nothing is lost")
struct CopiedDeviceTests {
    /// A device, what was copied of it before its last three notes, and how that comes back.
    private struct Accident {
        let name: String
        /// Names behind the database's that are put back; nil: the whole folder.
        let files: [String]?
        /// Whether there was an exchange since.
        let isSynced: Bool
        /// Into the same files, as `cp` does over files that are there.
        let inPlace: Bool
    }

    private static let accidents = [
        Accident(name: "database alone, unsent", files: [""], isSynced: false, inPlace: true),
        Accident(name: "database alone, sent", files: [""], isSynced: true, inPlace: true),
        Accident(name: "database alone, as a new file", files: [""], isSynced: true, inPlace: false),
        Accident(name: "database and journal, sent", files: ["", "-unsent"], isSynced: true, inPlace: true),
        Accident(name: "database and journal, as new files", files: ["", "-unsent"], isSynced: true, inPlace: false),
        Accident(name: "folder, sent", files: nil, isSynced: true, inPlace: true),
        Accident(name: "folder, as new files", files: nil, isSynced: true, inPlace: false),
        Accident(name: "journal alone, sent", files: ["-unsent"], isSynced: true, inPlace: true),
    ]

    @Test(
        "Eight ways of putting files back: a new id before the next write, and every note of before and after is at HQ")
    func putBack() throws {
        try Tiers.play { tiers in
            var trial = try DamagedDevice(tiers)
            for accident in Self.accidents {
                let name = accident.name
                try trial.write("\(name): in the copy")
                let copy = try trial.device.files()
                for note in 1...2 { try trial.write("\(name): after it, \(note)") }
                if accident.isSynced { try trial.device.sync() }
                let before = try trial.device.done("status")["replica"]
                try restore(copy, accident, of: trial.device)
                let status = try trial.device.done("status")
                #expect(status["replica"] != before, "\(name): \(status)")
                #expect(status["new_id"]["reason"].text != nil, "\(name): \(status)")
                try trial.write("\(name): afterwards")
                try trial.expectAllAtHQ(name)
            }
            #expect(try tiers.hq.verb("verify").exit == 0 && trial.device.verb("verify").exit == 0)
        }
    }

    private func restore(_ copy: [String: Data], _ accident: Accident, of device: FieldDevice) throws {
        let names = accident.files?.map { "replica.db" + $0 } ?? Array(copy.keys)
        for name in names {
            let path = device.folder.appending(path: name).path
            if !accident.inPlace { try? FileManager.default.removeItem(atPath: path) }
            if !accident.inPlace { _ = FileManager.default.createFile(atPath: path, contents: nil) }
            let file = try FileHandle(forWritingTo: URL(filePath: path))
            try file.truncate(atOffset: 0)
            try file.write(contentsOf: try #require(copy[name]))
            try file.close()
        }
    }

    @Test("A copied folder has another id than the original, which keeps its own; a folder that is moved keeps its id")
    func cloned() throws {
        try Tiers.play { tiers in
            var trial = try DamagedDevice(tiers)
            try trial.write("before")
            let clone = try trial.device.cloned(as: "clone")
            let replica = try trial.device.done("status")["replica"]
            #expect(try clone.done("status")["replica"] != replica)
            #expect(try clone.command(["status", "--lang", "zh"]).run().text.contains("已换用新编号"))
            for device in [trial.device, clone] { try trial.write("\(device.name)", on: device) }
            try clone.sync()
            try trial.expectAllAtHQ("cloned")
            #expect(try trial.device.done("status")["replica"] == replica, "the original took a new id")
            let (moved, home) = (tiers.folder.appending(path: "moved"), trial.device.folder)
            try FileManager.default.moveItem(at: home, to: moved)
            try FileManager.default.moveItem(at: moved, to: home)
            #expect(try trial.device.done("status")["replica"] == replica)
        }
    }
}
