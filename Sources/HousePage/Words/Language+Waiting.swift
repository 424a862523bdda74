extension Language {
    /// The readings that wait for a server: `12 readings wait`.
    func waiting(_ count: Int) -> String {
        guard count != 1 else { return self("1 mesure attend", "1 reading waits") }
        let number = number(Double(count))
        return self("\(number) mesures attendent", "\(number) readings wait")
    }
}
