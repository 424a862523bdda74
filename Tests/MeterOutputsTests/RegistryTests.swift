import MeterNotation
import Testing

@testable import MeterCore
@testable import MeterOutputs

/// Each kind of output in the list: one word, one sentence, a sample without mistakes, and each setting explained.
struct RegistryTests {
    @Test("the kinds have words of their own, and are found by them")
    func words() {
        let all = OutputRegistry.builtIn.all.map(\.plugin)
        #expect(Set(all.map { $0.type }).count == all.count)
        for kind in all {
            #expect(OutputRegistry.builtIn[kind.type]?.plugin == kind)
            let summary = kind.summary.english
            #expect(summary.hasSuffix(".") && !summary.dropLast().contains(". "))
        }
        #expect(OutputRegistry.builtIn["nothing"] == nil)
    }

    @Test("each sample can be taken as it is, and each setting says what it is for")
    func samples() throws {
        for family in OutputRegistry.builtIn.all {
            let kind = family.plugin
            let document = ConfigDocument(text: kind.sample, file: "sample")
            let section = try #require(document.root.namedSections("output").first).section
            #expect(section.string("type", "") == kind.type)
            _ = kind.init(settings: section)
            if case .history = family { _ = QueueSettings(settings: section, name: "it", state: "/s") }
            document.root.finish()
            #expect(document.diagnostics.all.map(\.description) == [])
            let described = ConfigSection.describing(path: "output.NAME")
            _ = kind.init(settings: described)
            #expect(!described.declarations.isEmpty)
            for setting in described.declarations {
                #expect(!setting.help.english.isEmpty, "\(kind.type).\(setting.key)")
            }
        }
    }
}
