public final class ConfigSection {}
