/// What a person is in the organisation; it decides what he may write.
package enum Role: String, Worded {
    case technician
    case serviceRep = "service_rep"
    case dispatcher
    case supervisor
    case branchManager = "branch_manager"
    case partsKeeper = "parts_keeper"
    case dataSteward = "data_steward"
    case accountRep = "account_rep"
    case accountRegional = "account_regional"
    case accountHQ = "account_hq"
    case marketingManager = "marketing_manager"
    case executive
    case surveyor
    case supervision
    case auditor
    case admin

    package var label: Words {
        switch self {
        case .technician: Words("Technician", "技术员")
        case .serviceRep: Words("Service representative", "服务代表")
        case .dispatcher: Words("Dispatcher", "调度员")
        case .supervisor: Words("Service supervisor", "服务主管")
        case .branchManager: Words("Branch manager", "分公司经理")
        case .partsKeeper: Words("Parts keeper", "备件管理员")
        case .dataSteward: Words("Data steward", "数据管理员")
        case .accountRep: Words("Account representative", "大客户代表")
        case .accountRegional: Words("Regional account department", "大区大客户部")
        case .accountHQ: Words("Account centre at headquarters", "总部大客户管理中心")
        case .marketingManager: Words("Marketing manager", "营销经理")
        case .executive: Words("Executive", "高管")
        case .surveyor: Words("Surveyor", "调查员")
        case .supervision: Words("Supervision team", "监督小组")
        case .auditor: Words("Auditor", "审计员")
        case .admin: Words("Administrator", "管理员")
        }
    }
}
