import Foundation
import MeterCore
import MeterIO
import MeterSources
import Testing

/// Passwords, certificates, what has not changed, and how often a device is asked.
@Suite(.mayBlock, .timeLimit(.minutes(10))) struct HTTPAccessTests {
    private let box: Installation

    init() throws { box = try Installation() }

    private func source(_ url: String, _ more: String = "") -> SourceRun {
        SourceRun(
            HTTPSource.self,
            name: "it",
            """
            url = "\(url)"
            measurement = "raw.it"
            every = "1s"
            \(more)
            fields = { x = { path = "v" } }
            """
        )
    }

    private func read(_ run: SourceRun, until condition: () throws -> Bool) async throws {
        let task = Task { await run.run() }
        defer { task.cancel() }
        while try !condition() { try await Task.sleep(for: .milliseconds(20)) }
    }

    private static let page: [String: any Sendable] = ["body": #"{"v":1.5}"#]

    /// A web server that speaks HTTP/2 with TLS; a line loses all connections that there are, without a word.
    private static let behindALine = """
        import signal, socket, subprocess, sys, threading
        # It ends with its input, and nginx with it.
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        folder = sys.argv[1]
        with socket.create_server(("127.0.0.1", 0)) as free: port = free.getsockname()[1]
        subprocess.run(
            f"openssl req -x509 -newkey rsa:2048 -nodes -keyout {folder}/key -out {folder}/crt -days 2 -subj /CN=a".split(),
            check=True, stderr=subprocess.DEVNULL
        )
        places = " ".join(
            f"{word}_temp_path {folder}/{word};" for word in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        open(folder + "/conf", "w").write(f'''daemon off; master_process off; pid {folder}/pid; error_log {folder}/log;
        events {{}}
        http {{ access_log off; {places}
        server {{ listen 127.0.0.1:{port} ssl http2; ssl_certificate {folder}/crt; ssl_certificate_key {folder}/key;
        return 200 yes; }} }}''')
        nginx = subprocess.Popen(["/usr/sbin/nginx", "-c", folder + "/conf"], stderr=subprocess.DEVNULL)
        lost = 0
        def carry(one, other, age):
            while data := one.recv(65536):
                if age == lost: other.sendall(data)
        def take(server):
            while True:
                client = server.accept()[0]
                try: far = socket.create_connection(("127.0.0.1", port))
                except OSError:
                    client.close()
                    continue
                for pair in (client, far), (far, client):
                    threading.Thread(target=carry, args=(*pair, lost), daemon=True).start()
        server = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=take, args=(server,), daemon=True).start()
        print(server.getsockname()[1], flush=True)
        for line in sys.stdin:
            lost += 1
            print("lost", flush=True)
        nginx.kill()
        """

    @Test(
        "a connection that is lost without a word costs one request, also where the server knows HTTP/2",
        .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/sbin/nginx"))
    )
    func lostConnection() async throws {
        let peer = try Peer(["/usr/bin/python3", "-c", Self.behindALine, box.folder])
        var request = TransferRequest(.get, "https://127.0.0.1:\(peer.line())/")
        request.verifiesCertificate = false
        request.timeout = .seconds(4)
        func answers() async -> Bool { (try? await Transfers.web.perform(request))?.body == [UInt8]("yes".utf8) }
        #expect(try await eventually { await answers() })
        peer.sendLine("lose")
        #expect(peer.line() == "lost")
        #expect(await !answers())
        #expect(await answers())
    }

    /// Asks for a digest with a page that has a mark of its own, and then answers without one.
    private static let marked = """
        import http.server
        class Device(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            def do_GET(self):
                isIn = "authorization" in self.headers
                self.send_response(200 if isIn else 401)
                if not isIn:
                    self.send_header("WWW-Authenticate", 'Digest realm="a", nonce="b"')
                    self.send_header("ETag", '"refused"')
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"ok")
            def log_message(self, *words): pass
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Device)
        print(server.server_port, flush=True)
        server.serve_forever()
        """

    @Test("what a device said when it asked for the password is not taken for what it says of its answer")
    func marks() async throws {
        let peer = try Peer(["/usr/bin/python3", "-c", Self.marked])
        var request = TransferRequest(.get, "http://127.0.0.1:\(peer.line())/")
        request.credentials = ("user", "word")
        request.authentication = .digest
        let response = try await Transfers.web.perform(request)
        #expect(response.status == 200 && response.body == [UInt8]("ok".utf8))
        #expect(response.headers["etag"] == nil, "\(response.headers)")
    }

    @Test(
        "a device that asks for a password or a token gets it, and refuses a wrong one",
        arguments: [
            ("basic", "box:päss: wört", "username = \"box\"\npassword_file = \"@\"", "päss: wört"),
            ("digest", "admin:geheim", "username = \"admin\"\nauth = \"digest\"\npassword_file = \"@\"", "geheim"),
            ("bearer", "abc.def", "token_file = \"@\"", "abc.def"),
        ]
    )
    func password(_ kind: String, _ wanted: String, _ settings: String, _ secret: String) async throws {
        let server = try HTTPPeer()
        try server.serve("/", Self.page.merging([kind: wanted]) { one, _ in one })
        let right = source(
            "http://\(server.host)/",
            settings.replacing("@", with: try box.writeSecret("right", secret))
        )
        try await read(right) { !right.values("x").isEmpty }
        #expect(right.status.errors == 0)
        let file = try box.writeSecret("wrong", "falsch")
        let wrong = source("http://\(server.host)/", settings.replacing("@", with: file))
        try await read(wrong) { wrong.status.errors > 0 }
        let said = wrong.status.lastError ?? ""
        #expect(said.contains("refuses the") && said.contains("(401)") && !said.contains("falsch"), "\(said)")
        try FileManager.default.removeItem(atPath: file)
        let gone = source("http://\(server.host)/", settings.replacing("@", with: file))
        try await read(gone) { gone.status.errors > 0 }
        #expect(gone.status.lastError?.contains("the secret file \(file) cannot be read") == true)
    }

    @Test("a key goes into the address and the headers, escaped, and into no message")
    func key() async throws {
        let server = try HTTPPeer()
        try server.serve("/a", Self.page.merging(["query": "x=S%C3%BCd%201&key=k%26%201"]) { one, _ in one })
        let file = try box.writeSecret("key", "k& 1")
        let more = """
            host = "\(server.host)"
            parameters = { place = "Süd 1" }
            key_file = "\(file)"
            headers = { X-Key = "{key}", X-Fixed = "1" }
            """
        let run = source("http://{host}/a?x={place}&key={key}", more)
        try await read(run) { !run.values("x").isEmpty }
        let headers = try #require(try server.requests().first).headers
        #expect(headers["X-Key"] == "k& 1" && headers["X-Fixed"] == "1")
        try server.serve("/a", ["status": 403])
        let refused = source("http://{host}/a?x={place}&key={key}", more)
        try await read(refused) { refused.status.errors > 0 }
        #expect(
            refused.status.lastError == "\(server.host) does not let us read this (403); has the user the right to?"
        )
    }

    @Test("a certificate that nobody vouches for is refused unless it is named or any will do")
    func certificate() async throws {
        let (certificate, key) = ("\(box.folder)/cert.pem", "\(box.folder)/key.pem")
        let made = try Peer.run(
            ["/usr/bin/openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=device"]
                + ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate]
        )
        #expect(made.code == 0, "\(made.output)")
        let server = try HTTPPeer(certificate: [certificate, key])
        try server.serve("/", Self.page)
        let url = "https://\(server.host)/"
        let strange = source(url)
        try await read(strange) { strange.status.errors > 0 }
        let said = strange.status.lastError ?? ""
        #expect(said.contains("certificate") && said.contains("ca_file") && said.contains("insecure"), "\(said)")
        for more in ["ca_file = \"\(certificate)\"", "insecure = true"] {
            let run = source(url, more)
            try await read(run) { !run.values("x").isEmpty }
            #expect(run.status.errors == 0)
        }
    }

    @Test("what has not changed is not sent again, and makes no reading")
    func conditional() async throws {
        let server = try HTTPPeer()
        try server.serve("/", Self.page.merging(["etag": "\"one\""]) { one, _ in one })
        let run = source("http://\(server.host)/")
        try await read(run) { try server.requests().count >= 4 }
        #expect(run.values("x").count == 1 && run.status.errors == 0)
        #expect(try server.requests().dropFirst().allSatisfy { $0.headers["If-None-Match"] == "\"one\"" })
        try server.serve("/", ["body": #"{"v":2.5}"#, "etag": "\"two\""])
        let other = source("http://\(server.host)/", "conditional = false")
        try await read(other) { other.values("x").count >= 2 }
        #expect(try server.requests().suffix(2).allSatisfy { $0.headers["If-None-Match"] == nil })
    }

    @Test("several sources of one device ask it one after the other")
    func oneAtATime() async throws {
        let server = try HTTPPeer()
        for number in 1...4 { try server.serve("/\(number)", Self.page.merging(["wait": 0.3]) { one, _ in one }) }
        let runs = (1...4).map { source("http://\(server.host)/\($0)") }
        let tasks = runs.map { run in Task { await run.run() } }
        defer { for task in tasks { task.cancel() } }
        try await wait { runs.allSatisfy { $0.values("x").count >= 2 } }
        #expect(server.mostAtOnce() == 1)
    }

    @Test("a device that wants to be left alone for a while is")
    func retryAfter() async throws {
        let server = try HTTPPeer()
        try server.serve("/", ["status": 429, "headers": ["Retry-After": "3600"]])
        let run = source("http://\(server.host)/")
        let task = Task { await run.run() }
        defer { task.cancel() }
        try await wait { run.status.errors > 0 }
        #expect(run.status.lastError?.contains("asked too often (429)") == true)
        // Meanwhile another is asked each second.
        let other = try HTTPPeer()
        try other.serve("/", Self.page)
        try await read(source("http://\(other.host)/")) { try other.requests().count >= 5 }
        #expect(try server.requests().count == 1)
    }

    @Test("some values that are missing cost only themselves, and are said once")
    func partly() async throws {
        let server = try HTTPPeer()
        try server.serve("/", ["body": #"{"a":1,"c":"x"}"#])
        let run = SourceRun(
            HTTPSource.self,
            name: "it",
            """
            url = "http://\(server.host)/"
            measurement = "raw.it"
            every = "1s"
            fields = { x = { path = "a" }, b = { path = "b" }, c = { path = "c" }, d = { path = "d", optional = true } }
            """
        )
        try await read(run) { run.values("x").count >= 2 }
        #expect(run.status.lastError == "b: there is nothing at b; c: \"x\" at c is no number")
        #expect(run.values("x").allSatisfy { $0 == 1 } && run.values("b").isEmpty && run.values("c").isEmpty)
    }

    @Test("a register that falls or jumps is held, and a display, too")
    func registers() async throws {
        let server = try HTTPPeer()
        let run = SourceRun(
            HTTPSource.self,
            name: "it",
            """
            url = "http://\(server.host)/"
            role = "water"
            every = "1s"
            fields = { value = { path = "v", unit = "m³" } }
            """
        )
        try server.serve("/", ["body": #"{"v":100.5}"#])
        let task = Task { await run.run() }
        defer { task.cancel() }
        try await wait { run.values("value").count >= 2 }
        let held = run.status.held
        try server.serve("/", ["body": #"{"v":900.5}"#])
        try await wait { run.status.held > held }
        try server.serve("/", ["body": #"{"v":100.501}"#])
        try await wait { run.values("value").contains(100.501) }
        #expect(run.values("value").allSatisfy { $0 < 101 }, "\(run.values("value"))")
        guard case .register(let register, let value)? = run.all.last?.facts.first else {
            Issue.record("the ledger learns nothing")
            return
        }
        #expect(register.quantity == .water && value == 100.501)
    }

    @Test(
        "a configuration that is wrong is explained where it is wrong",
        arguments: [
            ("", "url: missing"), ("url = \"ftp://x/\"", "expected an address such as"),
            ("url = \"http://a:b@x/\"", "no user or password in an address"), ("url = \"http://x/a b\"", "no spaces"),
            ("url = \"http://{host}/\"", "host: missing"), ("url = \"http://x/{lat}\"", "parameters.lat: missing"),
            ("url = \"http://x/{key}\"", "key_file: missing"), ("url = \"http://x/\"\nhost = \"y\"", "no place {host}"),
            ("url = \"http://x/\"\nusername = \"u\"", "a user needs a password"),
            ("url = \"http://x/\"\npassword = \"p\"", "a secret does not belong in this file"),
            ("profile = \"tasmotta\"\nhost = \"x\"", "no profile is called"),
            ("profile = \"eastron-sdm120\"\nhost = \"x\"", "is a profile for type = \"modbus\""),
            ("profile = \"shelly-em\"\nhost = \"x\"", "accept_unverified = true"),
            ("profile = \"tasmota\"\nhost = \"x/y\"", "expected a name or an address"),
            ("url = \"http://x/\"\nfields = { w = { path = \"a\" } }", "unit: missing; w is one of"),
            ("url = \"http://x/\"\nfields = { w = { path = \"a\", unit = \"V\" } }", "expected \"W\""),
            ("url = \"http://x/\"\nfields = { a = { path = \"a..b\" } }", "is not a place in JSON"),
            ("url = \"http://x/\"\nformat = \"xml\"\nfields = { a = { path = \"/a[\" } }", "is not an XPath"),
            (
                "url = \"http://x/\"\nformat = \"text\"\nfields = { a = { path = \"(\" } }",
                "is not a regular expression"
            ),
            ("url = \"http://x/\"\ndelimiter = \";\"\nfields = { x = { path = \"a\" } }", "it is for the format csv"),
            ("url = \"http://x/\"\nheaders = { \"A:b\" = \"c\" }", "a header has one line"),
        ]
    )
    func configuration(_ settings: String, _ message: String) throws {
        let more =
            settings.contains("fields") || settings.contains("profile") ? "" : "\nfields = { x = { path = \"v\" } }"
        let config = try box.configure(
            "http://127.0.0.1:1",
            sources: "[source.it]\ntype = \"http\"\nmeasurement = \"raw.it\"\n\(settings)\(more)\n"
        )
        let check = try box.run("check", config)
        #expect(check.code == 78 && check.output.contains(message), "\(check.output)")
        #expect(check.output.contains("boxenergie.toml:"), "\(check.output)")
    }

    @Test("profiles are listed, printed, and one of a user's own is used in its place")
    func profiles() throws {
        let list = try box.run("profiles")
        #expect(list.output.contains("tasmota") && list.output.contains("eastron-sdm120"))
        #expect(try box.run("profiles", "tasmota").output.contains("StatusSNS.ENERGY.Power"))
        #expect(Set(ProfileLibrary.entries.map(\.key)).count == ProfileLibrary.entries.count)
        let own = "\(box.folder)/own.toml"
        try "name = \"Mine\"\nsource = \"me\"\nverified = true\nurl = \"http://{host}/\"\n"
            .write(toFile: own, atomically: true, encoding: .utf8)
        let source = "[source.it]\ntype = \"http\"\nhost = \"x\"\nmeasurement = \"raw.it\"\nprofile = \"\(own)\"\n"
        let check = try box.run("check", try box.configure("http://127.0.0.1:1", sources: source))
        #expect(check.code == 78 && check.output.contains("\(own):1:1: it names no field"), "\(check.output)")
    }

    @Test("only questions that change nothing are asked of an RT2, and a wrong key is said")
    func rt2() async throws {
        for question in ["SetC01=5", "Get=", "Index", "Get=P&SetC01=1", "index=All"] {
            let settings = "host = \"x\"\nfields = { x = { from = \"\(question)\", path = \"a\" } }"
            let source = "[source.it]\ntype = \"ecodevices-rt2\"\n\(settings)\n"
            let check = try box.run("check", try box.configure("http://127.0.0.1:1", sources: source))
            #expect(check.code == 78 && check.output.contains("only questions that change nothing"), "\(check.output)")
        }
        let server = try HTTPPeer()
        try server.serve("/api/xdevices.json", ["body": #"{"product":"EcoDevices_RT","status":"Error"}"#])
        let run = SourceRun(
            EcoDevicesRT2Source.self,
            name: "it",
            "host = \"\(server.host)\"\nfields = { x = { from = \"Get=P\", path = \"a\" } }"
        )
        try await read(run) { run.status.errors > 0 }
        #expect(run.status.lastError?.contains("refuses Get=P: \"Error\"; is the key") == true)
        #expect(try server.requests().first?.path == "/api/xdevices.json?key=apikey&Get=P")
    }

    @Test("Eco-Devices are found by a broadcast, and nothing else is taken for one")
    func discovery() async throws {
        MainLoop.start()
        let script = """
            import socket, sys, threading
            s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            s.bind(("127.0.0.1", 0))
            print(s.getsockname()[1], flush=True)
            def serve():
                while True:
                    question, sender = s.recvfrom(100)
                    if question == b"Discover GCE Devices":
                        s.sendto(b"nonsense", sender)
                        s.sendto(b"ECODEVICES     \\r\\n00-04-A3-11-22-33\\r\\n80\\r\\n", sender)
                        s.sendto(b"ECODEVICES     \\r\\n00-04-A3-11-22-33\\r\\n80\\r\\n", sender)
            threading.Thread(target=serve, daemon=True).start()
            sys.stdin.read()
            """
        let peer = try Peer(["/usr/bin/python3", "-c", script])
        let port = try #require(UInt16(peer.line()))
        let discovery = EcoDevicesDiscovery(address: "127.0.0.1", port: port)
        let found = try await discovery.find(for: .seconds(3))
        #expect(found.map(\.name) == ["ECODEVICES"] && found.map(\.mac) == ["00-04-A3-11-22-33"])
        #expect(found.map(\.port) == [80] && found.map(\.address) == ["127.0.0.1"])
        let nobody = EcoDevicesDiscovery(address: "127.0.0.1", port: 9)
        #expect(try await nobody.find(for: .milliseconds(300)).isEmpty)
        withExtendedLifetime(peer) {}
    }
}
