package import SyncCore

extension Checkpoint {
    package init(_ wire: WireCheckpoint) {
        self.init(epoch: wire.epoch, position: wire.position, token: wire.token)
    }
}

extension WireCheckpoint {
    package init(_ checkpoint: Checkpoint) {
        self.init()
        epoch = checkpoint.epoch
        position = checkpoint.position
        token = checkpoint.token
    }
}
