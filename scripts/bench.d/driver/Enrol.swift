import ArgumentParser
import Foundation

struct Enrol: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Enrol a device into a new folder.")

    @Argument var folder: String
    @Argument var url: String
    @Argument var code: String

    func run() throws { try Device.enrol(URL(filePath: folder), url: url, code: code) }
}
