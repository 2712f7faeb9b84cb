/// The state that an asset is in: a fold of its events. The order is from the most to the least usable,
/// so that of conditions stated concurrently the last one holds until somebody has seen both.
package enum AssetCondition: String, Worded {
    case new
    case inUse = "in_use"
    case refurbished, faulty
    case inRepair = "in_repair"
    case replaced, retired

    package var label: Words {
        switch self {
        case .new: Words("New", "全新")
        case .inUse: Words("In use", "在用")
        case .refurbished: Words("Refurbished", "翻新")
        case .faulty: Words("Faulty", "故障")
        case .inRepair: Words("In repair", "维修中")
        case .replaced: Words("Replaced", "已更换")
        case .retired: Words("Retired", "已报废")
        }
    }
}
