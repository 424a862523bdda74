import Foundation
import Glibc
import MeterIO
import Testing

/// What a disk says of its health, by a kernel's files of the test's own.
@Suite struct CardHealthTests {
    private let folder = NSTemporaryDirectory() + "boxenergie-\(UUID().uuidString)"

    /// Writes a file of the kernel.
    private func tell(_ path: String, _ text: String) throws {
        let file = URL(fileURLWithPath: folder + "/sys/" + path)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try text.write(to: file, atomically: true, encoding: .utf8)
    }

    private func health(_ path: String? = nil) -> CardHealth { CardHealth(of: path ?? folder, system: folder + "/sys") }

    @Test("a card's own words and the file system's errors are read; what is not told is nothing")
    func told() throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var nothing = CardHealth()
        nothing.readOnly = 0
        #expect(health() == nothing)
        var status = stat()
        #expect(stat(folder, &status) == 0)
        let device = status.st_dev
        let number = "\(device >> 8 & 0xFFF):\(device & 0xFF | device >> 12 & 0xF_FF00)"
        try tell("devices/mmcblk0/mmcblk0p2/partition", "2\n")
        try FileManager.default.createDirectory(atPath: folder + "/sys/dev/block", withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(
            atPath: folder + "/sys/dev/block/" + number,
            withDestinationPath: "../../devices/mmcblk0/mmcblk0p2"
        )
        try tell("fs/ext4/mmcblk0p2/errors_count", "7\n")
        // An SD card tells no age; 0x00 is "not told".
        try tell("devices/mmcblk0/device/life_time", "0x00 0x00\n")
        #expect(health().errors == 7 && health().usedPercent == nil && health().reserve == nil)
        try tell("devices/mmcblk0/device/life_time", "0x02 0x0b\n")
        try tell("devices/mmcblk0/device/pre_eol_info", "0x02\n")
        #expect(health().usedPercent == 110 && health().reserve == 2)
        #expect(health(folder + "/none") == CardHealth())
    }

    @Test("a file system that takes nothing is told")
    func readOnly() {
        var space = statvfs()
        #expect(statvfs("/sys", &space) == 0)
        #expect(health("/sys").readOnly == (space.f_flag & UInt(ST_RDONLY) != 0 ? 1 : 0))
    }
}
