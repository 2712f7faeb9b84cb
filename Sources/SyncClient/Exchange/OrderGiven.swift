package import SyncWire

/// The node told this device what to do with itself, which comes before any exchange.
package struct OrderGiven: Error, Hashable {
    package let order: SignedDeviceOrder
}
