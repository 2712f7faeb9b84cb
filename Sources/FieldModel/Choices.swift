/// Lists of words that belong to no type of their own.
package enum Choices {
    package static let accountType = [
        Choice("company", "Company", "企业"),
        Choice("person", "Person", "个人"),
        Choice("government", "Government", "政府"),
        Choice("dealer", "Dealer", "经销商"),
        Choice("supplier", "Supplier", "供应商"),
    ]

    package static let requestCategory = [
        Choice("technical", "Technical", "技术"),
        Choice("process", "Process", "流程"),
        Choice("usage", "Product usage", "产品使用"),
        Choice("service", "Service", "服务"),
    ]

    /// From low to high; 1 to 4 are how a service desk numbers them.
    package static let severity = [
        Choice("minor", "Minor", "较轻", aliases: ["1"]),
        Choice("general", "General", "一般", aliases: ["2"]),
        Choice("severe", "Severe", "严重", aliases: ["3"]),
        Choice("very_severe", "Very severe", "非常严重", aliases: ["4"]),
    ]

    package static let orderType = [
        Choice("deliver", "Deliver", "送货"),
        Choice("install", "Install", "安装"),
        Choice("commission", "Commission", "调试"),
        Choice("repair", "Repair", "维修"),
        Choice("inspect", "Inspect", "检查"),
        Choice("maintain", "Maintain", "保养"),
        Choice("return", "Return", "退货"),
        Choice("visit", "Visit", "拜访"),
        Choice("emergency", "Emergency", "抢修"),
    ]

    package static let requestType = [
        Choice("fault", "Fault", "故障"),
        Choice("consultation", "Consultation", "技术咨询"),
        Choice("installation", "Installation", "安装"),
        Choice("maintenance", "Maintenance", "保养"),
        Choice("parts", "Parts", "备件"),
        Choice("price", "Price", "价格"),
        Choice("purchase", "Purchase", "购买"),
        Choice("complaint", "Complaint", "投诉"),
        Choice("other", "Other", "其他"),
    ]

    package static let channel = [
        Choice("phone", "Telephone", "电话"),
        Choice("email", "E-mail", "电子邮件"),
        Choice("chat", "Online chat", "在线聊天"),
        Choice("site", "On site", "现场"),
        Choice("social", "Social media", "社交媒体"),
        Choice("letter", "Letter", "信函"),
        Choice("fax", "Fax", "传真"),
        Choice("web", "Web site", "网站"),
        Choice("device", "Reported by the device", "设备上报"),
    ]

    package static let source =
        channel + [
            Choice("exhibition", "Exhibition", "展会"),
            Choice("shop", "Shop", "门店"),
            Choice("survey", "Survey", "调查"),
            Choice("third_party", "Third party", "第三方"),
            Choice("import", "Import", "导入"),
        ]

    package static let attachmentKind = [
        Choice("photo", "Photo", "照片"),
        Choice("document", "Document", "文档"),
        Choice("signature", "Signature", "签名"),
    ]

    package static let contactRole = [
        Choice("decision_maker", "Decision maker", "决策人"),
        Choice("service", "Service", "服务"),
        Choice("finance", "Finance", "财务"),
        Choice("operator", "Operator", "操作员"),
        Choice("purchasing", "Purchasing", "采购"),
    ]
}
