/// Of both programs; a node tells its devices' in `device list`.
package enum Version {
    package static let text = "0.1.0"
}
