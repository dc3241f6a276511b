// The messages between firmware and virtual board that take the place of SPI transfers and pins. Real boards use none
// of this.

/** Twin-message topics, board to outside. */
export const TOPIC_SPI = "spi"
export const TOPIC_PIN = "pin"

/**
 * A request: chip u8, sequence u8, mode u8, periods u8, hz u32, length u16, lanes u8, then the
 * MOSI bytes; those that are missing are zeros. The chip is selected `periods` times,
 * one after the other, for `length` bytes each; one reply carries all that came back. With more
 * than one lane the bytes from SPI_WIDE_AT of each period on come on all of them.
 */
export const SPI_REQUEST_HEADER = 11
/** The first bytes of a period go over one lane each way whatever the rest does: DATA_AT of the line engine. */
export const SPI_WIDE_AT = 16
/** A reply packet: sequence u8, last u8, offset u16, then MISO bytes. */
export const SPI_REPLY_HEADER = 4
/** MISO bytes per packet: the rest of the 236 bytes of a Jacdac packet. */
export const SPI_REPLY_CHUNK = 232
/**
 * While the program's socket is open, parts of this length come as chunks of it, with the same
 * header, each before a packet: the VM has no other way in for much data, and a packet costs it as
 * much as such a chunk. No message of the host is as long.
 */
export const SPI_BULK_LENGTH = 1080

export const CHIP_MOTOR = 0
export const CHIP_ENGINE = 1
export const CHIP_UN0RICK = 2

/** Assumed capacity of this board's link to the host, in bytes/s, as of gigabit Ethernet; it is a function call. */
export const VIRTUAL_LINK_BYTES_PER_S = 50000000

/** Service class and commands of services/virtual-board.md. */
export const VIRTUAL_BOARD_CLASS = 0x1f5c0b1d
export const COMMAND_SPI_DATA = 0x80
export const COMMAND_INPUTS = 0x81
