/// Bytes written as `01 03 9C`.
func hex(_ text: String) -> [UInt8] { text.split(separator: " ").compactMap { UInt8($0, radix: 16) } }

/// Registers written as `5375 6E53`.
func words(_ text: String) -> [UInt16] { text.split(separator: " ").compactMap { UInt16($0, radix: 16) } }
