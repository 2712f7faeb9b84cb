/// What a value may be at most; every limit of this room.
package enum ModelLimits {
    package static let textBytesMax = 65_536
    /// So that the unscaled digits of every decimal fit 64 bits.
    package static let decimalDigitsMax = 18
    /// Civil dates and instants lie in the years 1 to this one, so that a year has four digits.
    package static let yearMax = 9999
    /// The farthest a zone may be from UTC; real ones reach 14 hours.
    package static let offsetMinutesMax = 18 * 60
    /// The counter of a readable number: six digits, up to nine where one device code made more than a million.
    package static let numberCounterMax: UInt32 = 999_999_999
    /// Days without contact after which a device locks, where HQ's record names no other number; and what it may name.
    package static let leaseDaysUsual: Int64 = 90
    package static let leaseDays: ClosedRange<Int64> = 1...3_650
}
