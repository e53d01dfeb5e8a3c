/// Lines of Prometheus' exposition format.
/// Source: https://prometheus.io/docs/instrumenting/exposition_formats/
enum PrometheusText {
    static func head(_ definition: MetricDefinition) -> String {
        let kind =
            switch definition.kind {
            case .counter: "counter"
            case .gauge: "gauge"
            case .histogram: "histogram"
            }
        return "# HELP \(definition.name) \(definition.help)\n# TYPE \(definition.name) \(kind)\n"
    }

    static func line(_ definition: MetricDefinition, _ values: [String], _ number: Double) -> String {
        line(definition.name, Array(zip(definition.labels, values)), number)
    }

    static func lines(_ definition: MetricDefinition, _ values: [String], _ value: MetricSeries.Value) -> [String] {
        guard case .histogram(let bounds) = definition.kind else { return [line(definition, values, value.number)] }
        let labels = Array(zip(definition.labels, values))
        var lines: [String] = []
        var count = 0
        for (index, counted) in value.counts.enumerated() {
            count += counted
            let bound = index < bounds.count ? text(bounds[index]) : "+Inf"
            lines.append(line("\(definition.name)_bucket", labels + [("le", bound)], Double(count)))
        }
        lines.append(line("\(definition.name)_sum", labels, value.number))
        lines.append(line("\(definition.name)_count", labels, Double(count)))
        return lines
    }

    private static func line(_ name: String, _ labels: [(String, String)], _ number: Double) -> String {
        let shown = labels.map { "\($0.0)=\"\(escaped($0.1))\"" }.joined(separator: ",")
        return "\(name)\(shown.isEmpty ? "" : "{\(shown)}") \(text(number))\n"
    }

    private static func text(_ number: Double) -> String {
        if number == number.rounded(), abs(number) < 1e15 { return String(Int64(number)) }
        if number.isNaN { return "NaN" }
        if number.isInfinite { return number > 0 ? "+Inf" : "-Inf" }
        return "\(number)"
    }

    private static func escaped(_ value: String) -> String {
        var text = ""
        // By scalars: what has a combining mark after it is another character.
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\\": text += "\\\\"
            case "\"": text += "\\\""
            case "\n": text += "\\n"
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}
