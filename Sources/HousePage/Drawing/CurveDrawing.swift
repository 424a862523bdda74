/// A curve with its scale, and its key.
struct CurveDrawing {
    let curve: PowerCurve
    let language: Language

    private static let series = ["drawn", "sun", "injected", "house"]

    private func name(_ series: String) -> String {
        switch series {
        case "sun": language("Soleil", "Sun")
        case "injected": language("Injection", "Injected")
        case "house": language("Maison", "House")
        default: language("Soutirage", "Drawn")
        }
    }

    var drawing: Markup {
        let shown = Self.series.filter { curve.paths[$0]?.isEmpty == false }
        let paths = Self.series.map { series -> Markup in
            "<path class=\"\(series)\" data-d=\"\(series)\" d=\"\(curve.paths[series] ?? "")\"/>"
        }
        let keys = shown.map { series -> Markup in "<li class=\"\(series)\"><i class=\"key\"></i>\(name(series))</li>" }
        return """
            <div class="chart" data-curve="1"><div class="values">\(curve.values.map { value -> Markup in "<span>\(value)</span>" })</div>\
            <svg viewBox="0 0 \(curve.columns) \(PowerCurve.height)" preserveAspectRatio="none" role="img" \
            aria-label="\(language("Puissances", "Powers"))"><path class="lines" data-d="grid" d="\(curve.grid)"/>\(paths)\
            <path class="zero" data-d="zero" d="\(curve.zero)"/></svg>\
            <div class="labels">\(curve.times.map { time -> Markup in "<span>\(time)</span>" })</div></div>\
            <ul class="keys">\(keys)</ul>
            """
    }
}
