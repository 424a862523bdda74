/// Where a box keeps its register.
public enum RegisterFiles {
    /// The folder, in that of the state.
    public static func folder(_ state: String) -> String { state + "/register" }

    /// The files of a folder, a year each, the oldest first; none where there is no such folder.
    public static func all(in folder: String) -> [String] {
        RegisterYear.all(in: folder).map { RegisterYear.path($0, in: folder) }
    }
}
