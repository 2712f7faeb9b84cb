import FieldModel
import Foundation
import SyncCore
@testable import Verbs

/// Files that are imported, with their maps.
extension FuzzTarget {
    static let imports = [
        FuzzTarget("csv", seeds: csvSeeds) { bytes in
            let text = String(decoding: bytes, as: UTF8.self)
            let rows = try Heap.bounded(by: 64, of: bytes) { Array(DelimitedText(text)) }
            let cells = rows.flatMap(\.cells)
            try BrokenPromise.unless(
                cells.reduce(0) { $0 + $1.utf8.count } <= text.utf8.count, "cells hold more than the file")
            try BrokenPromise.unless(zip(rows, rows.dropFirst()).allSatisfy { $0.line < $1.line }, "a line goes back")
            let quoted = rows.map { row in row.cells.map(Self.quoted).joined(separator: ",") }
            let again = Array(DelimitedText(quoted.joined(separator: "\r\n")))
            try BrokenPromise.unless(again.map(\.cells) == rows.map(\.cells), "quoted cells are read as others")
        },
        FuzzTarget("text-file", seeds: textFileSeeds) { bytes in
            let encoding: TextFile.Encoding = bytes.first == 0 ? .utf8 : .gb18030
            let content = Array(bytes.dropFirst())
            let text = try Heap.bounded(by: 16, of: content) {
                try TextFile.text(of: content, "a.csv", encoding: encoding)
            }
            try BrokenPromise.unless(
                text.utf8.count <= 2 * content.count, "\(content.count) bytes hold \(text.utf8.count)")
            guard encoding == .utf8 else { return }
            try BrokenPromise.unless(content.suffix(text.utf8.count).elementsEqual(text.utf8), "another text is read")
        },
        FuzzTarget("import-map", seeds: importSeeds) { bytes in
            let parts = Array(Parts(bytes, count: 2))
            let map = try ImportMap(reading: Data(parts[0]), "a.map.json")
            var rows = DelimitedText(String(decoding: parts[1], as: UTF8.self))
            let plan = try ImportPlan(map, header: rows.next()?.cells ?? [])
            for row in rows.prefix(20) {
                let row = ImportedRow(plan: plan, row: row, occurrence: 0)
                for entry in plan.entries {
                    let values = try row.values(entry, records: [:], reference: reference)
                    for (field, value) in values {
                        try BrokenPromise.unless(field.type.holds(value), "a value of another type")
                        try demandSendable(value)
                    }
                    let id = row.id(entry, found: values.map(\.value))
                    try BrokenPromise.unless(row.id(entry, found: values.map(\.value)) == id, "a row has two ids")
                }
            }
        },
    ]

    private static func quoted(_ cell: String) -> String {
        // By bytes: a combining mark behind a quote would make one character with it.
        let bytes = cell.utf8.flatMap { $0 == UInt8(ascii: "\"") ? [$0, $0] : [$0] }
        return "\"" + String(decoding: bytes, as: UTF8.self) + "\""
    }

    @Sendable private static func csvSeeds() -> [[UInt8]] {
        [
            "Number,Customer,Place\r\n1,松江 & Co,\"Pit, north\"\r\n2,x,\"a \"\"b\"\"\nc\"\r\n", "a,b\n\n1,\"never ends",
            ",,\n\"\"x,y\"z\n",
        ].map { Array($0.utf8) }
    }

    @Sendable private static func textFileSeeds() -> [[UInt8]] {
        [
            [0, 0xEF, 0xBB, 0xBF] + Array("压缩机".utf8), [0, 0xFF], [1, 0xD1, 0xB9, 0xCB, 0xF5, 0x0A, 0x41],
            [1, 0x81, 0x30, 0x81, 0x30], [1, 0xD1],
        ]
    }

    @Sendable private static func importSeeds() -> [[UInt8]] {
        let map = """
            {"source":"s","encoding":"gb18030","key":["No"],"zone":"Australia/Perth","currency":"AUD","rows":[\
            {"type":"account","as":"who","find":["name"],"set":{"name":"Who","type":{"const":"company"}}},\
            {"type":"site","set":{"account":{"ref":"who"},"name":"Place","latitude":"Lat"}},\
            {"type":"request","as":"r","set":{"reported_at":"On","severity":{"const":"severe"}}},\
            {"type":"work_order","set":{"cost":"Cost","window_start":"On"}}]}
            """
        let file = "No,Who,Place,Lat,On,Cost\r\n1,松江,Pit,-31.95,2026/1/2,183.05\r\n2,x,,0,2026-11-22,7USD\r\n"
        return [Parts.joined([Array(map.utf8), Array(file.utf8)])]
    }
}
