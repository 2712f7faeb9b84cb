package import SyncWire

/// What a device that erased itself still says, without a key.
package enum Wiped {
    package static func tell(_ report: WireWipeReport, url: String, authorityFile: String, version: String) throws {
        let configuration = HTTPConfiguration(
            verification: .authority(pemFile: authorityFile), userAgent: "fieldsync/\(version)")
        let channel = Channel(url: url, transport: HTTPClient(configuration: configuration))
        let _: WireWipeReceipt = try channel.post("/v1/wiped", report.encoded)
    }
}
