import Foundation
import Testing

@testable import HousePage

/// The page's colours: every pair that is read has contrast enough, and no two series look alike to anybody.
struct PaletteTests {
    /// The two palettes of the style: the names of colours, and their values.
    private let palettes: [(name: String, colours: [String: Colour])]

    init() throws {
        let style = String(decoding: PackageResources.page_css, as: UTF8.self)
        let blocks = style.matches(of: /:root\{([^}]*)\}/).map { Self.colours(in: String($0.1)) }
        try #require(blocks.count == 2, "a light palette and a dark one")
        palettes = [("light", blocks[0]), ("dark", blocks[0].merging(blocks[1]) { $1 })]
    }

    private static func colours(in block: String) -> [String: Colour] {
        var found: [String: Colour] = [:]
        for pair in block.split(separator: ";") {
            let parts = pair.split(separator: ":")
            found[parts[0].dropFirst(2).description] = Colour(parts[1].dropFirst().description)
        }
        return found
    }

    /// WCAG 2.2, 1.4.3: 4.5 for text; 1.4.11: 3 for what is drawn.
    @Test("texts have a contrast of 4.5, drawings of 3, in both palettes")
    func contrast() throws {
        for (name, colours) in palettes {
            func expect(_ front: String, on back: String, atLeast least: Double) throws {
                let contrast = try #require(colours[front]).contrast(with: try #require(colours[back]))
                #expect(contrast >= least, "\(front) on \(back), \(name): \(contrast)")
            }
            for text in ["text", "soft", "link", "alarm"] {
                try expect(text, on: "card", atLeast: 4.5)
                try expect(text, on: "page", atLeast: 4.5)
            }
            for drawing in ["sun", "drawn", "injected", "own", "battery", "house", "good", "notice", "alarm"] {
                try expect(drawing, on: "card", atLeast: 4.5)
                try expect(drawing, on: "page", atLeast: 3)
            }
        }
    }

    @Test("the chips of Tempo are readable", arguments: chipColours)
    func chips(_ pair: (String, String)) throws {
        let (text, ground) = pair
        let style = String(decoding: PackageResources.page_css, as: UTF8.self)
        #expect(style.contains("background:\(ground)"))
        let contrast = try #require(Colour(String(text.dropFirst())))
            .contrast(with: try #require(Colour(String(ground.dropFirst()))))
        #expect(contrast >= 4.5, "\(text) on \(ground): \(contrast)")
    }

    private static let chipColours = [
        ("#ffffff", "#0b5cad"), ("#1b1b1f", "#fff"), ("#ffffff", "#c62828"), ("#ffffff", "#5f6368"),
    ]

    @Test("no two series look alike, with any vision", arguments: Colour.Vision.allCases)
    func vision(_ vision: Colour.Vision) throws {
        let series = ["sun", "drawn", "injected", "own", "battery", "house"]
        for (name, colours) in palettes {
            for (index, first) in series.enumerated() {
                for second in series[(index + 1)...] {
                    let one = try #require(colours[first]).seen(with: vision)
                    let other = try #require(colours[second]).seen(with: vision)
                    let distance = one.distance(to: other)
                    #expect(distance >= 15, "\(first) and \(second), \(name): \(distance)")
                }
            }
        }
    }

    @Test("what is measured here has the known values")
    func measures() throws {
        let black = try #require(Colour("000000"))
        let white = try #require(Colour("ffffff"))
        #expect(abs(black.contrast(with: white) - 21) < 1e-9)
        #expect(abs(black.distance(to: white) - 100) < 0.01)
        // Pure red and green have CIE76 170.6 between them (CIE Lab of sRGB's primaries, D65).
        let distance = try #require(Colour("ff0000")).distance(to: try #require(Colour("00ff00")))
        #expect(abs(distance - 170.6) < 0.1)
        // Greys are greys to everybody.
        let grey = try #require(Colour("808080"))
        for vision in Colour.Vision.allCases { #expect(grey.seen(with: vision).distance(to: grey) < 0.5) }
    }
}

/// A colour of sRGB, as linear light of 0 to 1.
struct Colour {
    /// How somebody sees: the matrices of Machado, Oliveira and Fernandes (2009) for full severity, on linear light.
    enum Vision: CaseIterable {
        case common, protanopia, deuteranopia, tritanopia

        var rows: [[Double]] {
            switch self {
            case .common: [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
            case .protanopia:
                [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
            case .deuteranopia:
                [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
            case .tritanopia:
                [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
            }
        }
    }

    private let light: [Double]

    private init(_ light: [Double]) { self.light = light.map { min(1, max(0, $0)) } }

    /// - Parameter text: three or six hexadecimal digits.
    init?(_ text: String) {
        let digits = text.count == 3 ? text.flatMap { [$0, $0] } : Array(text)
        guard digits.count == 6, let number = Int(String(digits), radix: 16) else { return nil }
        light = [16, 8, 0].map { shift in
            let value = Double(number >> shift & 0xFF) / 255
            return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
        }
    }

    private var luminance: Double { 0.2126 * light[0] + 0.7152 * light[1] + 0.0722 * light[2] }

    /// The contrast by WCAG, 1 to 21.
    func contrast(with other: Colour) -> Double {
        let (high, low) = (max(luminance, other.luminance), min(luminance, other.luminance))
        return (high + 0.05) / (low + 0.05)
    }

    func seen(with vision: Vision) -> Colour {
        Colour(vision.rows.map { row in zip(row, light).reduce(0) { $0 + $1.0 * $1.1 } })
    }

    /// CIE76's ΔE under D65.
    func distance(to other: Colour) -> Double {
        zip(lab, other.lab).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }.squareRoot()
    }

    private var lab: [Double] {
        let x = (0.4124564 * light[0] + 0.3575761 * light[1] + 0.1804375 * light[2]) / 0.95047
        let y = 0.2126729 * light[0] + 0.7151522 * light[1] + 0.0721750 * light[2]
        let z = (0.0193339 * light[0] + 0.1191920 * light[1] + 0.9503041 * light[2]) / 1.08883
        let (fx, fy, fz) = (Self.scaled(x), Self.scaled(y), Self.scaled(z))
        return [116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)]
    }

    private static func scaled(_ value: Double) -> Double {
        value > 216.0 / 24389 ? cbrt(value) : (24389.0 / 27 * value + 16) / 116
    }
}
