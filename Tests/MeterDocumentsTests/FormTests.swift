import Testing

@testable import MeterDocuments

@Suite struct FormTests {
    private func found(_ form: String, _ name: String) throws -> FoundValue? {
        try Document([UInt8](form.utf8), .form).value(at: try #require(DocumentPlace(name, in: .form)))
    }

    @Test(
        "a value of a form is found by its name, its escapes resolved; of several the last counts",
        arguments: [
            ("power", FoundValue?.some(.text("640"))), ("name", .text("salle de bain")), ("été", .text("1 = 1 & 2")),
            ("twice", .text("2")), ("empty", .text("")), ("flag", .text("")), ("none", nil), ("", nil),
        ]
    )
    func values(_ name: String, _ value: FoundValue?) throws {
        guard !name.isEmpty else { return #expect(DocumentPlace(name, in: .form) == nil) }
        let form = "power=640&name=salle+de+bain&%C3%A9t%C3%A9=1+%3d+1+%26%202&twice=1&twice=2&empty=&flag"
        #expect(try found(form, name) == value)
    }

    @Test(
        "what is no escape stands for itself",
        arguments: [("50%", "50%"), ("50%+x", "50% x"), ("%4", "%4"), ("%zz", "%zz"), ("%+1", "% 1"), ("%25", "%")]
    )
    func noEscape(_ written: String, _ text: String) throws { #expect(try found("v=\(written)", "v") == .text(text)) }

    @Test("letters of Latin-1 are read as well as those of UTF-8")
    func latin() throws {
        #expect(try found("v=%E9t%E9", "v") == .text("été"))
        #expect(try found("v=%C3%A9t%C3%A9", "v") == .text("été"))
    }
}
