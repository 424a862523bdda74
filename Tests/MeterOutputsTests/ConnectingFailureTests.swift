import Testing

@testable import MeterOutputs

/// What libpq 15 says where no connection could be made.
struct ConnectingFailureTests {
    @Test(
        "each address has its words, and the server's SQLSTATE counts in any language",
        arguments: [
            (
                """
                connection to server at "db" (::1), port 5432 failed: Connection refused
                \tIs the server running on that host and accepting TCP/IP connections?
                connection to server at "db" (10.0.0.2), port 5432 failed: FATAL:  28P01: password authentication failed for "box"
                LOCATION:  auth_failed, auth.c:323
                """,
                "28P01",
                #"connection to server at "db" (::1), port 5432 failed: Connection refused; "#
                    + #"connection to server at "db" (10.0.0.2), port 5432 failed: FATAL:  password authentication failed for "box""#
            ),
            (
                """
                la connexion au serveur sur « db » (10.0.0.2), port 5432 a échoué : FATAL:  3D000: la base « b » n'existe pas
                EMPLACEMENT : InitPostgres, postinit.c:1042
                """,
                "3D000",
                "la connexion au serveur sur « db » (10.0.0.2), port 5432 a échoué : FATAL:  la base « b » n'existe pas"
            ),
            (
                "could not translate host name \"x\" to address: Name or service not known\n", "",
                "could not translate host name \"x\" to address: Name or service not known"
            ),
            ("failed: Connection refused\nno answer in time", "", "failed: Connection refused; no answer in time"),
            ("FATAL:  tables: 12345: x", "", "FATAL:  tables: 12345: x"), ("", "", ""),
        ]
    )
    func words(_ words: String, _ state: String, _ description: String) {
        let failure = PostgresConnection.Failure(connecting: words)
        #expect(failure.state == state && failure.description == description)
        #expect(failure.isOver)
    }
}
