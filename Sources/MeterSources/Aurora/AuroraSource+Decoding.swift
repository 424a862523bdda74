public import MeterCore
import MeterProtocols

extension AuroraSource {
    /// Each question of a line with its answer, in JSON.
    public static var decoding: Decoding? { .exchanges { AuroraListener() } }
}

extension AuroraListener.Exchange: ExchangeInJSON {
    /// The question and the answer as an object.
    var json: ExchangeJSON {
        var json = ExchangeJSON(address, "\(question)")
        switch answer {
        case nil: json.silent = true
        case .state(let state)?:
            json.text = "\(state.global)"
            if state.alarm != .none { json.text = "\(state.global), alarm: \(state.alarm)" }
        case .value(let value)?: json.value = Double("\(value)")
        case .number(let number)?: json.value = Double(number)
        case .text(let text)?: json.text = text
        case .alarms(let alarms)?: json.text = alarms.map { "\($0)" }.joined(separator: ", ")
        case .refused(let refusal)?: json.refused = "\(refusal)"
        }
        return json
    }
}
