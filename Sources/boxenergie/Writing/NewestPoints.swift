import MeterCore

/// Points of which only the newest of a series and an instant count, such as the sums of a day that runs.
struct NewestPoints {
    private struct Place: Hashable {
        var series: ObjectIdentifier
        var time: Timestamp
    }

    private var points: [Point] = []
    private var places: [Place: Int] = [:]

    mutating func take(_ point: Point) {
        let place = Place(series: ObjectIdentifier(point.series), time: point.timestamp)
        if let index = places[place] {
            points[index] = point
        } else {
            places[place] = points.count
            points.append(point)
        }
    }

    mutating func write(to batcher: Batcher) {
        for point in points { batcher.append(point) }
        points.removeAll(keepingCapacity: true)
        places.removeAll(keepingCapacity: true)
    }
}
