import CLinux
import Glibc

/// The rights of the user who owns a folder: root has them while it works in it, every other user keeps its own.
///
/// Whoever owns a folder can put a link to any file of the machine in it, under the name that root is about to write.
/// With the owner's rights root gets no further there than the owner does, and what it makes is the owner's from the
/// first moment. They are rights over files only, and those of the calling thread alone.
public struct OwnerRights {
    /// The rights to go back to; `nil` where none were changed.
    private let before: clinux_rights?

    /// True while root has another user's rights.
    var areAnothers: Bool { before != nil }

    /// Takes the rights for the work at a path; there must be no `await` before `giveBack()`.
    ///
    /// - Parameters:
    ///   - path: a file or a folder that is made, changed or read in a folder that need not be ours.
    ///   - other: one in a folder that the work concerns, too; where that is another user's, the rights stay ours.
    /// - Throws: `DiskError` when root has not its usual rights, as in some containers.
    init(at path: String, and other: String? = nil) throws(DiskError) {
        guard geteuid() == 0, let owner = Self.owner(ofFolderWith: path),
            other.map({ Self.owner(ofFolderWith: $0)?.user == owner.user }) ?? true
        else {
            before = nil
            return
        }
        var before = clinux_rights()
        let code = withUnsafePointer(to: owner) { clinux_change_rights($0, &before) }
        self.before = before
        guard code == 0 else {
            giveBack()
            throw DiskError(path, .change, code)
        }
    }

    /// Goes back to the rights that we had before; to be called once.
    func giveBack() {
        guard let before else { return }
        _ = withUnsafePointer(to: before) { clinux_change_rights($0, nil) }
    }

    /// Does something at a path with the rights of the owner of its folder.
    ///
    /// - Parameters:
    ///   - path: a file or a folder in it.
    ///   - other: as in `init(at:and:)`.
    ///   - body: gets true when they are another user's.
    /// - Returns: what the body returned.
    /// - Throws: what the body threw, and as `init(at:and:)`.
    public static func using<Value>(
        at path: String,
        and other: String? = nil,
        _ body: (Bool) throws(DiskError) -> Value
    ) throws(DiskError) -> Value {
        let rights = try OwnerRights(at: path, and: other)
        defer { rights.giveBack() }
        return try body(rights.areAnothers)
    }

    /// The user whose folder it is; `nil` where everything on the way belongs to root.
    ///
    /// The last folder on the way that is not root's tells it: root makes a folder of its own in a user's for nobody
    /// else. What lies behind a user's link is that user's: only there could it lead where the user may not go.
    private static func owner(ofFolderWith path: String) -> clinux_rights? {
        var left = DiskFile.absolute(path).split(separator: "/").dropLast()
        var place = ""
        var owner: clinux_rights?
        var links = 0
        while let name = left.popFirst() {
            if name == ".." {
                place = Folder(of: place).path
                continue
            }
            guard name != ".", let status = FileStatus("\(place)/\(name)", followingLinks: false) else { continue }
            if status.user != 0 {
                owner = clinux_rights()
                owner?.user = status.user
                owner?.group = status.group
                if status.kind == .link { return owner }
            }
            guard status.kind == .link else {
                place += "/\(name)"
                continue
            }
            links += 1
            guard links <= 40, let target = DiskFile.target(ofLink: "\(place)/\(name)") else { return owner }
            if target.hasPrefix("/") { place = "" }
            left = (target.split(separator: "/") + left)[...]
        }
        return owner
    }
}
