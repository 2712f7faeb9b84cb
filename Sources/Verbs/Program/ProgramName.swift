import Foundation

/// What the program was called as, for the examples in its help.
package var program: String { (CommandLine.arguments.first.map { ($0 as NSString).lastPathComponent }) ?? "field" }
