import Foundation
import Glibc
import MeterCore
import MeterIO
import Testing

/// Files on a server of its own: vsftpd on a free port, as the user that runs the tests.
@Suite(
    .mayBlock,
    .timeLimit(.minutes(10)),
    .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/sbin/vsftpd"))
)
struct CSVServerTests {
    private let box: Installation
    private let folder: String
    private let port: Int

    init() throws {
        box = try Installation()
        folder = box.folder + "/ftp"
        try FileManager.default.createDirectory(atPath: folder + "/log", withIntermediateDirectories: true)
        try FileManager.default.createDirectory(atPath: box.folder + "/empty", withIntermediateDirectories: true)
        port = try Self.freePort()
        let certificate = box.folder + "/server.pem"
        let made = try Peer.run([
            "/usr/bin/openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", certificate + ".key",
            "-out",
            certificate, "-days", "2", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1",
        ])
        #expect(made.code == 0, "\(made.output)")
        try write(
            """
            listen=YES
            listen_address=127.0.0.1
            listen_port=\(port)
            background=NO
            run_as_launching_user=YES
            anonymous_enable=YES
            no_anon_password=YES
            anon_root=\(folder)
            anon_world_readable_only=NO
            write_enable=YES
            anon_upload_enable=YES
            anon_other_write_enable=YES
            anon_mkdir_write_enable=YES
            local_enable=NO
            connect_from_port_20=NO
            secure_chroot_dir=\(box.folder)/empty
            allow_writeable_chroot=YES
            seccomp_sandbox=NO
            xferlog_enable=NO
            ssl_enable=YES
            allow_anon_ssl=YES
            force_local_data_ssl=NO
            force_local_logins_ssl=NO
            require_ssl_reuse=NO
            rsa_cert_file=\(certificate)
            rsa_private_key_file=\(certificate).key

            """,
            to: box.folder + "/vsftpd.conf"
        )
        _ = chmod(box.folder + "/vsftpd.conf", 0o600)
    }

    private static func freePort() throws -> Int {
        let script = "import socket; s=socket.socket(); s.bind(('127.0.0.1',0)); print(s.getsockname()[1])"
        let found = try Peer.run(["/usr/bin/python3", "-c", script])
        return try #require(Int(found.output.trimmingCharacters(in: .whitespacesAndNewlines)))
    }

    private func server() throws -> Peer { try Peer(["/usr/sbin/vsftpd", box.folder + "/vsftpd.conf"]) }

    /// Ends the server with its sessions, which would go on without it.
    private func stop(_ server: Peer) {
        signal(SIGKILL)
        server.kill()
    }

    /// Sends a signal to the server and to all its sessions.
    private func signal(_ number: Int32) {
        for process in (try? Peer.processes(box.folder + "/vsftpd.conf")) ?? [] { _ = kill(process, number) }
    }

    /// A file that only its owner may read.
    private func secret(_ text: String, _ name: String) throws -> String {
        try write(text + "\n", to: box.folder + "/" + name)
        _ = chmod(box.folder + "/" + name, 0o600)
        return box.folder + "/" + name
    }

    private var place: String { "url = \"ftp://127.0.0.1:\(port)/log/\"" }

    private func at(_ minute: Int) -> String { "2026-03-01 12:\(minute < 10 ? "0" : "")\(minute)" }

    @Test(
        "lines are fetched as they come: passive, active, and with TLS; a file that is replaced begins anew",
        arguments: ["", "active = true", "tls = \"explicit\"\nca_file = "]
    )
    func fetch(_ more: String) async throws {
        let peer = try server()
        defer { stop(peer) }
        let path = folder + "/log/a b.csv"
        try write("t;v\n\(at(0));1\n\(at(1));2", to: path)
        let settings = more.hasSuffix("= ") ? more + "\"\(box.folder)/server.pem\"" : more
        let run = FileRun(place, settings)
        #expect(try await run.values(1) == [1])
        try write("5\n\(at(2));3\n", to: path, appending: true)
        #expect(try await run.values(3) == [1, 25, 3])
        try write("t;v\n\(at(5));7\n", to: path)
        #expect(try await run.values(4) == [1, 25, 3, 7])
        await run.stop()
    }

    @Test("a server that goes away and comes back loses nothing, and nothing is fetched twice over a restart")
    func away() async throws {
        let state = memory(box.folder)
        let path = folder + "/log/a.csv"
        try write("t;v\n" + (0..<50).map { "\(at($0));\($0)\n" }.joined(), to: path)
        let peer = try server()
        defer { stop(peer) }
        let first = FileRun(place, memory: state)
        #expect(try await first.values(50).count == 50)
        stop(peer)
        try await wait { first.source.status.lastError?.contains("nothing answers at 127.0.0.1:\(port)") == true }
        try write("\(at(50));50\n", to: path, appending: true)
        let again = try server()
        defer { stop(again) }
        #expect(try await first.values(51).last == 50)
        await first.stop()
        try write("\(at(51));51\n", to: path, appending: true)
        let second = FileRun(place, memory: state)
        #expect(try await second.values(1) == [51])
        await second.stop()
    }

    @Test(
        "a web server's answer is its own and in time, whatever becomes of the file server's connection",
        arguments: [SIGCONT, SIGSTOP]
    )
    func beside(_ state: Int32) async throws {
        let peer = try server()
        defer { stop(peer) }
        try write("t;v\n\(at(0));1\n", to: folder + "/log/a.csv")
        let run = FileRun(place)
        #expect(try await run.values(1) == [1])
        await run.stop()
        signal(state)
        let began = ContinuousClock.now
        // So many that libcurl closes the connections that it has not used for longest.
        var devices: [HTTPPeer] = []
        for _ in 0..<12 {
            let device = try HTTPPeer()
            try device.serve("/", ["status": 503, "body": "busy"])
            devices.append(device)
            let response = try await Transfers.web.perform(TransferRequest(.get, "http://\(device.host)/"))
            #expect(response.status == 503)
        }
        // libcurl waits 120 s for a server that should say goodbye.
        #expect(ContinuousClock.now - began < .seconds(100))
    }

    /// A server of FTP whose folder is empty; on 127.0.0.2 it forgets to say that all of it was sent.
    private static let forgetful = """
        import socket, threading
        def serve(control, address):
            data = None
            def say(text): control.sendall((text + "\\r\\n").encode())
            say("220 here")
            for line in control.makefile():
                word = line.split()[0].upper()
                if word == "EPSV":
                    data = socket.create_server((address, 0))
                    say(f"229 (|||{data.getsockname()[1]}|)")
                elif word in ("LIST", "NLST"):
                    say("150 it comes")
                    data.accept()[0].close()
                    print(f"listed at {address}", flush=True)
                    if address == "127.0.0.1": say("226 sent")
                else: say({"USER": "331 who", "PASS": "230 in", "PWD": '257 "/"'}.get(word, "200 fine"))
        servers = [socket.create_server((f"127.0.0.{number}", 0)) for number in (1, 2)]
        def take(server):
            while True: threading.Thread(target=serve, args=(server.accept()[0], server.getsockname()[0])).start()
        for server in servers: threading.Thread(target=take, args=(server,)).start()
        print(*(server.getsockname()[1] for server in servers), flush=True)
        """

    @Test("a server that does not say that all was sent holds up no other server of files")
    func forgetful() async throws {
        let peer = try Peer(["/usr/bin/python3", "-c", Self.forgetful])
        defer { peer.kill() }
        let ports = peer.line().split(separator: " ")
        try #require(ports.count == 2)
        let sick = FileRun("url = \"ftp://127.0.0.2:\(ports[1])/\"\ntimeout = \"60s\"")
        #expect(peer.line() == "listed at 127.0.0.2")
        let well = FileRun("url = \"ftp://127.0.0.1:\(ports[0])/\"")
        let began = ContinuousClock.now
        try await wait { well.source.status.quality["files"] != nil }
        #expect(ContinuousClock.now - began < .seconds(30))
        await well.stop()
        peer.kill()
        await sick.stop()
    }

    @Test("a server that asks for a user and a password is given them; a wrong one is said in one sentence")
    func password() async throws {
        let right = "p:a@ss /%é"
        // The one kind of user that vsftpd knows without an account on the machine: its list of passwords.
        try write(
            "no_anon_password=NO\nsecure_email_list_enable=YES\nemail_password_file="
                + (try secret(right, "passwords")) + "\n",
            to: box.folder + "/vsftpd.conf",
            appending: true
        )
        let peer = try server()
        defer { stop(peer) }
        try write("t;v\n\(at(0));1\n", to: folder + "/log/a.csv")
        for tls in ["", "tls = \"explicit\"\nca_file = \"\(box.folder)/server.pem\"\n"] {
            let user = "\(tls)username = \"ftp\"\npassword_file = "
            let run = FileRun(place, user + "\"\(try secret(right, "right"))\"")
            #expect(try await run.values(1) == [1])
            await run.stop()
            let wrong = FileRun(place, user + "\"\(try secret("guess", "wrong"))\"")
            try await wait { wrong.source.status.lastError != nil }
            let sentence = try #require(wrong.source.status.lastError)
            #expect(
                sentence.hasPrefix("127.0.0.1:\(port) refuses the user name or the password")
                    && !sentence.contains("guess"),
                "\(sentence)"
            )
            #expect(wrong.values.isEmpty)
            await wrong.stop()
        }
    }

    @Test("a file that gets another name between two pieces goes on under it; the new one is read from its beginning")
    func replacedBetweenPieces() async throws {
        let peer = try server()
        defer { stop(peer) }
        let path = folder + "/log/a.csv"
        // Three pieces, of which the first takes a second.
        let filler = String(repeating: "y", count: 280)
        let lines = (0..<2000).map {
            "2026-03-01 \(10 + $0 / 600):\(10 + $0 / 60 % 10 * 5):\(10 + $0 % 50);\($0);\(filler)\n"
        }
        try write("t;v;f\n" + lines.joined(), to: path)
        let run = FileRun(place, "files = \"a.csv*\"")
        try await wait { run.values.count >= 500 }
        #expect(run.values.count < 1000)
        #expect(rename(path, path + ".1") == 0)
        try write("t;v;f\n\(at(50));5000;\n\(at(51));5001;\n", to: path)
        try await wait { run.values.count >= 2002 }
        // What would be read again would come before what comes later.
        for number in [5002, 5003] {
            try write("\(at(number - 4950));\(number);\n", to: path, appending: true)
            try await wait { run.values.contains(Double(number)) }
        }
        let all = Array(0..<2000) + Array(5000...5003)
        #expect(run.values.sorted() == all.map { Double($0) })
        await run.stop()
    }

    @Test("a file that is written anew within the same minute and as long as before is seen")
    func sameMinute() async throws {
        let peer = try server()
        defer { stop(peer) }
        let run = FileRun(place)
        for number in 1...4 {
            try write("t;v\n\(at(number));\(number)\n", to: folder + "/log/now.csv")
            #expect(try await run.values(number).last == Double(number))
        }
        await run.stop()
    }

    @Test("a long file comes in pieces, each line once")
    func long() async throws {
        let peer = try server()
        defer { stop(peer) }
        let filler = String(repeating: "y", count: 3000)
        try write("t;v;f\n" + (0..<60).map { "\(at($0));\($0);\(filler)\n" }.joined(), to: folder + "/log/a.csv")
        let twice = FileRun(place, fields: "x = { path = \"v\" }")
        #expect(try await twice.values(60) == (0..<60).map { Double($0) })
        await twice.stop()
    }

    @Test("a file that was read is moved or removed on the server", arguments: ["move", "remove"])
    func after(_ after: String) async throws {
        let peer = try server()
        defer { stop(peer) }
        try FileManager.default.createDirectory(atPath: folder + "/log/done", withIntermediateDirectories: true)
        try write("t;v\n\(at(0));1\n", to: folder + "/log/a.csv")
        let run = FileRun(place, "after = \"\(after)\"\nquiet = \"1s\"")
        #expect(try await run.values(1) == [1])
        try await wait { !FileManager.default.fileExists(atPath: folder + "/log/a.csv") }
        #expect(FileManager.default.fileExists(atPath: folder + "/log/done/a.csv") == (after == "move"))
        await run.stop()
    }

    @Test("a folder that is not there, and a certificate that is not trusted, are said in words")
    func refused() async throws {
        let peer = try server()
        defer { stop(peer) }
        let missing = FileRun("url = \"ftp://127.0.0.1:\(port)/none/\"")
        try await wait { missing.source.status.lastError?.contains("no such file or folder") == true }
        await missing.stop()
        let untrusted = FileRun(place, "tls = \"explicit\"")
        try await wait { untrusted.source.status.lastError?.contains("cannot be trusted") == true }
        await untrusted.stop()
    }
}
