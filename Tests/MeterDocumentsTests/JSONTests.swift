import Testing
@testable import MeterDocuments

@Suite struct JSONTests {
    @Test func placeholder() { #expect(JSONPath("a") != nil) }
}
