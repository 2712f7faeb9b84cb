/// What can happen to an asset.
package enum AssetEventKind: String, Worded {
    case delivered, installed, commissioned, attached, detached, moved, transferred, failed
    case handedIn = "handed_in"
    case repairStarted = "repair_started"
    case repairEnded = "repair_ended"
    case partWaitStarted = "part_wait_started"
    case partWaitEnded = "part_wait_ended"
    case exchanged, returned, inspected, retired

    package var label: Words {
        switch self {
        case .delivered: Words("delivered", "交货")
        case .installed: Words("installed", "安装")
        case .commissioned: Words("commissioned", "调试")
        case .attached: Words("attached", "装入")
        case .detached: Words("detached", "拆出")
        case .moved: Words("moved", "移机")
        case .transferred: Words("transferred", "过户")
        case .failed: Words("failed", "故障")
        case .handedIn: Words("handed in", "送修")
        case .repairStarted: Words("repair started", "开始维修")
        case .repairEnded: Words("repair ended", "维修结束")
        case .partWaitStarted: Words("waiting for a part", "开始待件")
        case .partWaitEnded: Words("part arrived", "待件结束")
        case .exchanged: Words("exchanged", "换货")
        case .returned: Words("returned", "退货")
        case .inspected: Words("inspected", "检查")
        case .retired: Words("retired", "报废")
        }
    }
}
