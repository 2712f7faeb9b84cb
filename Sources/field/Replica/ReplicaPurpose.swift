/// What a verb opens a replica for: a device that was too long without contact, or is to erase itself, does not do all of it.
enum ReplicaPurpose {
    /// To show what it holds.
    case reading
    /// To write down what the person did: that is never lost for the sake of a lock.
    case recording
    /// To be in touch, by network or by file, or to say how it stands.
    case exchanging
}
