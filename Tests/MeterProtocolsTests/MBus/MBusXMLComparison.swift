import Foundation
import MeterNotation
import MeterProtocols

/// Compares a telegram with libmbus's normalized reading of it, record by record.
enum MBusXMLComparison {
    static func differences(of telegram: MBusTelegram, from xml: String) -> [String] {
        var problems: [String] = []
        func check(_ what: String, _ ours: String?, _ theirs: String?) {
            if ours != theirs { problems.append("\(what): \(ours ?? "-") instead of \(theirs ?? "-")") }
        }
        let head = xml.components(separatedBy: "<DataRecord").first ?? ""
        let meter = telegram.header?.meter
        let number = MBusCorpus.text("Id", in: head).map { String(repeating: "0", count: 8 - $0.count) + $0 }
        check("id", meter?.digits, number)
        check("access", (telegram.header?.accessNumber).map(String.init), MBusCorpus.text("AccessNumber", in: head))
        check("status", telegram.header.map { hexadecimal([$0.status.code]) }, MBusCorpus.text("Status", in: head))
        if let manufacturer = MBusCorpus.text("Manufacturer", in: head) {
            check("manufacturer", meter?.manufacturer, manufacturer)
            check("version", (meter?.version).map(String.init), MBusCorpus.text("Version", in: head))
            let signature = telegram.header.map {
                hexadecimal([UInt8($0.signature >> 8), UInt8($0.signature & 255)], separator: "")
            }
            check("signature", signature, MBusCorpus.text("Signature", in: head))
        }
        check("medium", (meter?.medium).map(\.description), MBusCorpus.text("Medium", in: head).map { media[$0] ?? $0 })

        var theirs = MBusCorpus.texts("DataRecord", in: xml)
        if let last = theirs.last, let function = MBusCorpus.text("Function", in: last),
            ["Manufacturer specific", "More records follow"].contains(function)
        {
            theirs.removeLast()
            check("more", "\(telegram.moreFollows)", "\(function == "More records follow")")
            let bytes = telegram.manufacturerData.map { hexadecimal($0) }
            check("manufacturer data", bytes, MBusCorpus.text("Value", in: last)?.trimmingCharacters(in: .whitespaces))
        } else {
            check("manufacturer data", telegram.manufacturerData.map { hexadecimal($0) }, nil)
        }
        check("records", "\(telegram.records.count)", "\(theirs.count)")
        for (index, (record, text)) in zip(telegram.records, theirs).enumerated() {
            if let difference = difference(of: record, from: text) {
                problems.append("record \(index): \(difference)")
            }
        }
        return problems
    }

    private static let media = [
        "Heat: Outlet": "heat (outlet)", "Heat: Inlet": "heat (inlet)", "Heat / Cooling load meter": "heat and cooling",
        "Warm water (30-90°C)": "warm water", "Bus/System": "bus/system", "Heat": "heat (outlet)",
        "Breaker: Electricity": "breaker (electricity)", "Heat Cost Allocator": "heat cost allocator",
        "Electricity": "electricity", "Water": "water", "Cold water": "cold water", "Gas": "gas", "Oil": "oil",
        "Other": "other",
    ]

    /// What libmbus calls a quantity, where that is not our name in other letters.
    private static let quantities: [String: MBusQuantity] = [
        "Time point (date)": .date, "Time point (date & time)": .dateAndTime, "H.C.A.": .heatCostUnits,
        "Fabrication No": .fabricationNumber, "(Enhanced) Identification": .identification,
        "Parameter set identification": .parameterSet, "Model / Version": .model,
        "Special supplier information": .supplierInformation, "Reserved": .unknown,
    ]

    private static let functions = [
        "Instantaneous value": "instantaneous", "Maximum value": "maximum", "Minimum value": "minimum",
        "Value during error state": "during error",
    ]

    private static func difference(of record: MBusRecord, from xml: String) -> String? {
        func text(_ tag: String) -> String { MBusCorpus.text(tag, in: xml) ?? "" }
        let function = text("Function")
        if function == "Actual value" { return fixedDifference(of: record, from: xml) }
        guard !function.isEmpty else { return "\(record.quantity) \(said(record)) is not there" }
        guard record.function.rawValue == functions[function] else { return "\(record.function) is not \(function)" }
        guard "\(record.storage)" == text("StorageNumber") else { return "storage \(record.storage)" }
        let tariff = MBusCorpus.text("Tariff", in: xml) ?? "0"
        guard "\(record.tariff)" == tariff else { return "tariff \(record.tariff) is not \(tariff)" }
        let device = MBusCorpus.text("Device", in: xml) ?? "0"
        guard "\(record.subunit)" == device else { return "subunit \(record.subunit) is not \(device)" }
        let quantity = text("Quantity")
        let isNamed = record.quantity == .other && record.name == quantity
        guard isNamed || (quantities[quantity] ?? MBusQuantity(rawValue: quantity.lowercased())) == record.quantity
        else { return "\(record.quantity) \(record.name ?? "") is not \(quantity)" }
        let unit = text("Unit").replacingOccurrences(of: "^3", with: "³")
        guard unit == record.unit || ["-", "Units for H.C.A.", "Reserved"].contains(unit) && record.unit == "" else {
            return "\(record.quantity.rawValue) \(said(record)) is not \(text("Value")) \(unit)"
        }
        return valueDifference(record, text("Value"))
    }

    /// A record's value, unit and what else it means.
    private static func said(_ record: MBusRecord) -> String {
        let value =
            switch record.value {
            case .number(let number): "\(number.double)"
            case .date(let date): "\(date)"
            case .invalid(let bytes): "invalid (\(hexadecimal(bytes)))"
            default: "\(record.value)"
            }
        return ([value, record.unit] + record.meanings.map { "(\($0))" }).filter { !$0.isEmpty }.joined(separator: " ")
    }

    /// The two counters of the fixed structure, for which libmbus gives the units as they are coded.
    private static func fixedDifference(of record: MBusRecord, from xml: String) -> String? {
        let theirs = "\(MBusCorpus.text("Value", in: xml) ?? "") \(MBusCorpus.text("Unit", in: xml) ?? "")"
        let inTheirUnits =
            switch (record.unit, record.value.number) {
            case ("m³", .some(let litres)): "\(Int((litres.double * 1000).rounded())) l"
            case ("Wh", .some(let energy)): "\(Int((energy.double / 1000).rounded())) kWh"
            default: "-"
            }
        return theirs == inTheirUnits && record.storage == 0
            ? nil : "\(said(record)), storage \(record.storage), is not \(theirs)"
    }

    private static func valueDifference(_ record: MBusRecord, _ theirs: String) -> String? {
        switch record.value {
        case .number(let number):
            guard let expected = Double(theirs) else { return "\(said(record)) is not \(theirs)" }
            // Six digits are printed; a 32-bit number is the same one as long as its 24 bits are.
            var tolerance = 0.5000001e-6
            if case .real = number { tolerance += abs(expected) * 0x1p-24 }
            return abs(number.double - expected) <= tolerance ? nil : "\(said(record)) is not \(theirs)"
        case .text(let text): return text == theirs ? nil : "\(text) is not \(theirs)"
        case .date(let date):
            return theirs == "\(date)" || theirs == "\(date):00Z" || theirs == "\(date)Z"
                ? nil : "\(date) is not \(theirs)"
        case .bytes(let bytes):
            return hexadecimal(bytes.reversed()) == theirs ? nil : "\(hexadecimal(bytes)) is not \(theirs)"
        case .none: return theirs == "" ? nil : "nothing is not \(theirs)"
        case .invalid: return "\(record.quantity.rawValue) \(said(record)) is not \(theirs)"
        }
    }
}
