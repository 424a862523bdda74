import Glibc
import Testing

@testable import MeterCore

@Suite struct DiskTests {
    private let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    private func code(_ work: () throws(DiskError) -> Void) -> CInt {
        do throws(DiskError) {
            try work()
            return 0
        } catch {
            return error.code
        }
    }

    static let sentences: [(DiskError, String)] = [
        (DiskError("/a", .write, ENOSPC), "cannot write to /a: No space left on device; free some space"),
        (DiskError("/a", .save, EROFS), "cannot save /a: Read-only file system; the SD card may be worn out"),
        (
            DiskError("/a", .open, EACCES),
            "cannot open /a: Permission denied; the user that runs boxenergie must be allowed to use it"
        ),
        (DiskError("/a", .lock, EWOULDBLOCK), "cannot lock /a: another boxenergie uses it; stop that one first"),
        (
            DiskError("/a", .list, ENOENT),
            "cannot read the folder /a: No such file or directory; make the folder, or correct its name in the "
                + "configuration"
        ),
        (DiskError("/a", .read, EFBIG, reason: "it is long"), "cannot read /a: it is long"),
    ]

    @Test("an error of the disk says what was tried, why it failed and what to do", arguments: sentences)
    func sentence(error: DiskError, sentence: String) { #expect("\(error)" == sentence) }

    @Test("a read takes all that is asked for, fewer bytes at the end only")
    func reads() throws {
        try folder.write("0123456789", "f")
        let file = try OpenFile(folder("f"), .reading)
        #expect(try file.read(4) == [UInt8]("0123".utf8))
        #expect(try file.read(4, at: 8) == [UInt8]("89".utf8))
        #expect(try file.read(100) == [UInt8]("456789".utf8))
        #expect(try file.read(1).isEmpty && file.read(1, at: 10).isEmpty)
        #expect(try file.status().size == 10)
    }

    @Test("bytes go where they are to go, and what is not written over stays")
    func writes() throws {
        try folder.write("0123456789", "f")
        try OpenFile(folder("f"), .writing).write([UInt8]("ab".utf8), at: 8)
        try DurableFile(folder("f")).write([UInt8]("xyz".utf8), at: 1)
        #expect(try folder.text("f") == "0xyz4567ab")
        try DurableFile(folder("f")).append([UInt8]("!".utf8))
        #expect(try folder.text("f") == "0xyz4567ab!")
    }

    @Test(
        "in another user's folder root follows no link and makes files for that user",
        .enabled(if: geteuid() == 0, "needs root, and another user's folder")
    )
    func owner() throws {
        try folder.write("root's", "file")
        #expect(chmod(folder(""), 0o755) == 0)
        try Folder(folder("theirs")).make()
        #expect(chown(folder("theirs"), 65_534, 65_534) == 0 && symlink(folder("file"), folder("theirs/link")) == 0)
        let uses: [OpenFile.Use] = [[.writing, .replacing], [.writing, .appending], .reading]
        for use in uses {
            #expect(code { () throws(DiskError) in _ = try OpenFile(ofOwner: folder("theirs/link"), use) } == ELOOP)
        }
        #expect(try folder.text("file") == "root's")
        defer {
            for name in ["theirs/in/it", "theirs/in", "theirs/link"] where rmdir(folder(name)) != 0 {
                unlink(folder(name))
            }
        }
        try OpenFile(ofOwner: folder("theirs/new"), [.writing, .replacing]).write([1])
        try Folder(folder("theirs/in/it")).makeWithParents()
        for name in ["theirs/new", "theirs/in", "theirs/in/it"] {
            #expect(FileStatus(folder(name))?.user == 65_534, "\(name)")
        }
        try DiskFile.move(folder("theirs/new"), to: folder("theirs/newer"))
        try DiskFile.remove(folder("theirs/newer"))
        try DiskFile.move(folder("theirs/in/it"), to: folder("ours"))
        try DiskFile.move(folder("ours"), to: folder("theirs/in/it"))
        try OpenFile(ofOwner: folder("mine"), [.writing, .replacing]).write([1])
        #expect(FileStatus(folder("mine"))?.user == 0, "the rights are root's again")
    }

    @Test("a full disk is said by its code")
    func full() throws {
        #expect(code { () throws(DiskError) in try DurableFile("/dev/full").append([1, 2]) } == ENOSPC)
    }

    @Test("a second lock on a file is refused until the first one is closed")
    func locks() throws {
        do {
            let first = try OpenFile(folder("f"), [.both, .creating])
            try first.lock()
            let second = try OpenFile(folder("f"), [.both, .creating])
            #expect(code { () throws(DiskError) in try second.lock() } == EWOULDBLOCK)
            withExtendedLifetime(first.descriptor) {}
        }
        let third = try OpenFile(folder("f"), [.both, .creating])
        #expect(code { () throws(DiskError) in try third.lock() } == 0)
    }

    @Test("what may not be followed, made anew or waited for is refused by its code")
    func refuses() throws {
        try folder.write("x", "f")
        #expect(symlink(folder("f"), folder("link")) == 0)
        #expect(code { () throws(DiskError) in _ = try OpenFile(folder("link"), [.reading, .withoutLinks]) } == ELOOP)
        #expect(code { () throws(DiskError) in _ = try OpenFile(folder("f"), [.writing, .creatingAnew]) } == EEXIST)
        #expect(code { () throws(DiskError) in _ = try OpenFile(folder("f"), [.reading, .folder]) } == ENOTDIR)
        #expect(code { () throws(DiskError) in _ = try Folder(folder("none")).names() } == ENOENT)
        #expect(code { () throws(DiskError) in try Folder(folder("f") + "/in").make() } == ENOTDIR)
        #expect(FileStatus(folder("link"))?.kind == .file)
        #expect(FileStatus(folder("link"), followingLinks: false)?.kind == .link)
        #expect(DiskFile.problem(changing: folder("none"))?.code == ENOENT)
    }

    @Test("a folder is made with those above it, once and again, and lists its names in order")
    func folders() throws {
        let path = folder("a/b/c")
        defer { for name in ["a/b/c", "a/b", "a"] { rmdir(folder(name)) } }
        try Folder(path).makeWithParents(mode: 0o700)
        try Folder(path).makeWithParents(mode: 0o755)
        #expect(FileStatus(path)?.mode == 0o700)
        for name in ["z", ".hidden", "b"] { try folder.write("", "a/b/c/" + name) }
        #expect(try Folder(path).names() == [".hidden", "b", "z"])
        #expect(Folder(path).visibleNames == ["b", "z"])
        for name in try Folder(path).names() { try DiskFile.remove(path + "/" + name) }
    }

    @Test("a small file is read whole or not at all; a pipe that nobody writes into makes nobody wait")
    func smallFiles() throws {
        try folder.write("one two\nthree", "f")
        #expect(try SmallFile.read(folder("f"), atMost: 13) == [UInt8]("one two\nthree".utf8))
        #expect(code { () throws(DiskError) in _ = try SmallFile.read(folder("f"), atMost: 12) } == EFBIG)
        #expect(code { () throws(DiskError) in _ = try SmallFile.read(folder.path, atMost: 12) } == EISDIR)
        #expect(mkfifo(folder("pipe"), 0o600) == 0)
        let pipe = folder("pipe")
        #expect(code { () throws(DiskError) in _ = try SmallFile.read(pipe, atMost: 12, onlyPlain: true) } == EINVAL)
        #expect(SmallFile.beginning(of: folder("f"), atMost: 3) == [UInt8]("one".utf8))
        #expect(SmallFile.firstLine(of: folder("f")) == "one two")
        #expect(SmallFile.words(of: folder("f")) == ["one", "two", "three"])
        #expect(SmallFile.firstLine(of: folder("none")) == nil)
    }

    @Test("a full file becomes the old one, and the text of the one before is handed back with its own")
    func rotates() throws {
        let file = RotatedFile(folder("f"), limit: 4)
        for text in ["1111", "2222", "3333"] {
            let turn = try file.makeRoom().map { [$0.old, $0.full].map { String(decoding: $0, as: UTF8.self) } }
            #expect(turn == (text == "1111" ? nil : text == "2222" ? ["", "1111"] : ["1111", "2222"]))
            try file.append([UInt8](text.utf8))
        }
        #expect(try folder.text("f") == "3333" && folder.text("f.old") == "2222")
    }

    @Test("a sealed text is whole or nothing: no flipped bit and no cut passes")
    func sealed() throws {
        let form = SealedText("note")
        let bytes = form.encode([UInt8]("text\n".utf8), [("number", "7")])
        let (fields, text) = try #require(form.decode(bytes[...]))
        #expect(fields["number"] == "7" && bytes[text].elementsEqual("text\n".utf8) && text.upperBound == bytes.count)
        #expect(form.decode((bytes + [1])[...])?.text == text)
        #expect(SealedText("other").decode(bytes[...]) == nil)
        for place in bytes.indices {
            var damaged = bytes
            damaged[place] ^= 1
            #expect(form.decode(damaged[...]) == nil)
            #expect(form.decode(bytes[..<place]) == nil)
        }
    }
}
