// Messages between firmware and virtual board that replace SPI transfers and pins; not used on real boards.

/** Twin-message topics, board to host process. */
export const TOPIC_SPI = "spi"
export const TOPIC_PIN = "pin"
/** A transfer on the I2C bus of a bedside unit: address u8, then the bytes written; answered by COMMAND_I2C_DONE. */
export const TOPIC_I2C = "i2c"

/**
 * A request: chip u8, sequence u8, mode u8, periods u8, hz u32, length u16, lanes u8, then the MOSI bytes; missing ones are
 * zeros. The chip is selected `periods` times in succession, for `length` bytes each; one reply contains all received bytes.
 * With more than one lane, the bytes of each period from SPI_WIDE_AT on use all lanes.
 */
export const SPI_REQUEST_HEADER = 11
/** The bytes of a period before this offset always use one lane per direction: DATA_AT of the line engine. */
export const SPI_WIDE_AT = 16
/** A reply packet: sequence u8, last u8, offset u16, then MISO bytes. */
export const SPI_REPLY_HEADER = 4
/** MISO bytes per packet: the rest of the 236 bytes of a Jacdac packet. */
export const SPI_REPLY_CHUNK = 232
/**
 * While the program's socket is open, replies are sent through it in parts of this length, each with the same header, and their
 * rest in packets: the socket is the VM's only input for large data, and a packet costs as much as such a part. A block of 4,096
 * bytes is two parts and one packet. No message of the host has this length.
 */
export const SPI_BULK_LENGTH = 1932

export const CHIP_MOTOR = 0
export const CHIP_ENGINE = 1
export const CHIP_UN0RICK = 2
export const CHIP_FRAM = 3

/** Assumed capacity of this board's link to the host, in bytes/s, as over gigabit Ethernet; in fact the link is a function call. */
export const VIRTUAL_LINK_BYTES_PER_S = 50000000

/** Service class and commands of services/virtual-board.md. */
export const VIRTUAL_BOARD_CLASS = 0x1f5c0b1d
export const COMMAND_SPI_DATA = 0x80
/** A report: levels of the input pins u32, bit n for input pin n (pins.ts). Sent when one changes and with each announcement. */
export const COMMAND_INPUTS = 0x81
/** A report: i8, 0 if all bytes were acknowledged, or I2C_NOT_ACKNOWLEDGED. */
export const COMMAND_I2C_DONE = 0x82
/** What a failed write returns on an ESP32 too. */
export const I2C_NOT_ACKNOWLEDGED = -1
