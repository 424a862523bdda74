public import MeterCore
import MeterProtocols

extension ModbusSource {
    /// Each request of a line with its answer, in JSON.
    public static var decoding: Decoding? { .exchanges { ModbusListener() } }
}

extension ModbusListener.Exchange: ExchangeInJSON {
    /// The request and the answer's registers as an object.
    var json: ExchangeJSON {
        var question = "\(request)"
        if case .read(let span) = request { question = "\(span.table): \(request)" }
        var json = ExchangeJSON(unit, question)
        switch answer {
        case nil: json.silent = true
        case .success(.identification(let identification))?: json.text = identification.summary
        case .success(let answer)?: json.words = answer.words
        case .failure(let error)?: json.refused = "\(error)"
        }
        return json
    }
}
