"""Service visits as an import: 12 fields, about 400 bytes, Chinese text in three of them; always the same bytes."""
import csv
import json
import random

SEED = 20261122
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗"
NAMES = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华建国文"
DISTRICTS = ["北京市朝阳区", "上海市浦东新区", "广州市天河区", "深圳市南山区", "成都市武侯区", "武汉市洪山区", "西安市雁塔区", "杭州市西湖区"]
ROADS = ["建国路", "人民大道", "中山路", "解放街", "科技园南路", "长江大道", "和平里", "文三路"]
WORK = ["更换压缩机滤芯", "检查配电箱接线", "清洗冷凝器", "校准温度传感器", "更换密封圈", "升级控制器固件", "测量绝缘电阻", "补充制冷剂",
        "客户要求下周复查", "现场无人,改约时间", "备件缺货已下单", "设备运行正常", "发现轻微漏水", "已拍照存档"]
STATES = ["planned", "en_route", "on_site", "done", "cancelled", "followup"]
COLUMNS = ["visit", "site", "start", "end", "state", "address", "work", "note", "fault", "action", "cost"]

MAP = {
    "source": "bench", "key": ["visit"], "zone": "Asia/Shanghai", "currency": "CNY",
    "rows": [
        {"type": "account", "as": "customer", "find": ["name"],
         "set": {"name": {"const": "华东设备维护"}, "type": {"const": "company"}}},
        {"type": "site", "as": "place", "find": ["name"], "set": {"account": {"ref": "customer"}, "name": "site"}},
        {"type": "work_order", "as": "order", "set": {
            "type": {"const": "repair"}, "site": {"ref": "place"}, "window_start": "start", "window_end": "end",
            "sub_state": "note", "diagnosis": "address", "resolution": "work", "fault_code": "fault", "cause_code": "state",
            "action_code": "action", "cost": "cost"}},
    ],
}


def row(index, sites):
    rng = random.Random(SEED * 1000003 + index)
    day, hour, minute = rng.randrange(365), rng.randrange(7, 17), rng.randrange(60)
    date = f"2026-{1 + day // 31:02d}-{1 + day % 28:02d}"
    customer = rng.choice(SURNAMES) + "".join(rng.choice(NAMES) for _ in range(2))
    address = rng.choice(DISTRICTS) + rng.choice(ROADS) + f"{rng.randrange(1, 900)}号"
    return [
        f"SV-2026-{index:07d}", f"site-{rng.randrange(sites):04d}", f"{date}T{hour:02d}:{minute:02d}:00+08:00",
        f"{date}T{hour + 2:02d}:{minute:02d}:00+08:00", rng.choice(STATES), address,
        "、".join(rng.sample(WORK, 3)) + "。", customer + ":" + rng.choice(WORK), f"tech-{rng.randrange(120):03d}",
        f"PM{rng.randrange(1, 6):02d}", f"{rng.randrange(1, 33) / 4 * 100:.2f}",
    ]


def write(folder, count, sites):
    """Writes visits.csv and visits.map.json; returns the CSV's path."""
    path = folder / "visits.csv"
    with open(path, "w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(COLUMNS)
        lines.writerows(row(index, sites) for index in range(count))
    (folder / "visits.map.json").write_text(json.dumps(MAP, ensure_ascii=False), encoding="utf-8")
    return path
