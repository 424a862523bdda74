import CLinux

/// The language in which the program speaks to people: that of the system, where it has a translation, else English.
///
/// glibc's gettext finds it: `share/locale/fr/LC_MESSAGES/boxenergie.mo` beside the folder of the program, which is
/// `/usr/share/locale` for a package. A system in English loads nothing.
public enum SystemLanguage {
    /// Speaks the language of `LC_ALL`, `LC_MESSAGES` or `LANG`; to be called once, before other threads begin.
    ///
    /// A language that the system was not set up for is spoken, too, as a person from elsewhere brings it by ssh.
    public static func useThatOfTheSystem() { clinux_use_language() }

    /// True when there is something to translate with.
    static var hasTranslations: Bool { clinux_has_translations() != 0 }

    /// The translation of a key; `nil` when there is none.
    static func translation(of key: String) -> String? {
        key.withCString { key in
            let text = clinux_translation(key)
            return text == key ? nil : String(cString: text)
        }
    }
}
