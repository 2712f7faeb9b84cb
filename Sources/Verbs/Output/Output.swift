package import FieldModel
import Foundation

/// Prints what a verb has to say in the form that was asked for.
package final class Output {
    /// So that a long list is written in few pieces.
    private static let bufferBytesMax = 64 * 1024

    package let style: OutputStyle
    private let sink: Sink
    private var buffer: [UInt8] = []
    private var progressLine = ""

    package init(_ style: OutputStyle, sink: Sink = .process) {
        self.style = style
        self.sink = sink
    }

    package var language: Language { style.language }

    package func show(_ report: Report) {
        if style.jsonl, let items = report.items {
            for item in items { line(item.canonical()) }
        } else if style.isJSON {
            if let json = report.json { line(json.canonical()) }
        } else {
            for text in report.text(language) { line(text) }
            if !style.quiet { for remark in report.remarks { line(remark[language]) } }
        }
        flush()
    }

    package func line(_ text: String) {
        buffer += text.utf8
        buffer.append(UInt8(ascii: "\n"))
        if buffer.count > Self.bufferBytesMax { flush() }
    }

    package func flush() {
        if !buffer.isEmpty { sink.standardOutput(buffer) }
        buffer = []
    }

    /// Something that is not the answer: progress, a warning.
    package func remark(_ words: Words) {
        if !style.quiet { tell([words[language]]) }
    }

    /// How far something is that takes its time: for a person at a terminal, one line that the next one replaces and nil
    /// takes away.
    package func progress(_ words: Words?) {
        guard sink.isTerminal, !style.quiet, !style.isJSON else { return }
        let line = words?[language] ?? ""
        if line == progressLine { return }
        progressLine = line
        sink.standardError(Array("\r\u{1B}[K\(line)".utf8))
    }

    package func fail(_ failure: VerbFailure) {
        flush()
        if style.isJSON {
            tell([failure.json(language).canonical()])
        } else {
            let lines = failure.text(language)
            tell(lines.prefix(1).map(emphasised) + lines.dropFirst())
        }
    }

    private func tell(_ lines: [String]) {
        sink.standardError(Array(lines.map { $0 + "\n" }.joined().utf8))
    }

    /// Stands out for a person at a terminal who did not ask otherwise (also by https://no-color.org).
    private func emphasised(_ text: String) -> String {
        let isPlain = style.noColor || ProcessInfo.processInfo.environment["NO_COLOR"]?.isEmpty == false
        return sink.isTerminal && !isPlain ? "\u{1B}[1m\(text)\u{1B}[0m" : text
    }
}
