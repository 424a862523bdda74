import MeterCore
import MeterDocuments

/// Makes points of what a program prints.
struct ExecLines {
    /// Series that one program may make: each costs the database for ever.
    private static let mostSeries = 200

    private let settings: ExecSettings
    private let tags: [(String, String)]
    private var points: FieldPoints?
    private var series: Set<String> = []

    init(_ settings: ExecSettings, _ context: SourceContext) {
        self.settings = settings
        tags = context.tags + [("source", context.name)]
        if settings.format == .json, let measurement = settings.measurements.first {
            points = FieldPoints(settings.map.fields, role: settings.role, kind: settings.kind, measurement, context)
        }
    }

    /// The points of a line, or of all that was printed in one run.
    mutating func reading(_ bytes: [UInt8], at time: Timestamp) -> FieldReading {
        settings.format == .json ? document(bytes, time) : line(bytes, time)
    }

    private mutating func document(_ bytes: [UInt8], _ time: Timestamp) -> FieldReading {
        var reading = FieldReading()
        do throws(DocumentError) {
            let document = try settings.map.document(bytes)
            reading =
                points?.reading(at: time, monotonic: .now) { field in field.place.flatMap { document.value(at: $0) } }
                ?? reading
        } catch {
            reading.problems.append("\(error)")
        }
        return reading
    }

    private mutating func line(_ bytes: [UInt8], _ time: Timestamp) -> FieldReading {
        var reading = FieldReading()
        func refuse(_ reason: String) {
            reading.problems.append("\(reason): \(String(decoding: bytes.prefix(80), as: UTF8.self))")
        }
        do throws(LineProtocolError) {
            var point = try LineProtocolReader.read(bytes, precision: settings.precision, time: time, tags: tags)
            let name = point.series.measurement.name
            guard let allowed = settings.measurements.first(where: { $0.name == name }) else {
                refuse("the measurement \(name) is not one of its measurements")
                return reading
            }
            if allowed != point.series.measurement {
                // The policy is not in the line.
                let inPolicy = try LineProtocolReader.read(
                    bytes,
                    policy: allowed.policy,
                    precision: settings.precision,
                    time: time,
                    tags: tags
                )
                point = inPolicy
            }
            guard (946_684_800..<4_102_444_800).contains(point.timestamp.seconds) || !point.isRecord else {
                refuse("its time is not between 2000 and 2099; is precision right?")
                return reading
            }
            guard series.contains(point.series.key) || series.count < Self.mostSeries else {
                refuse("it has more than \(Self.mostSeries) different series; use fewer tags")
                return reading
            }
            series.insert(point.series.key)
            reading.points = [point]
        } catch {
            refuse("\(error)")
        }
        return reading
    }
}
