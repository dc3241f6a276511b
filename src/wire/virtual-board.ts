// Responsible for: what passes between the firmware and the virtual board in place of buses and pins.
// Not for: the devices; on a board of metal none of this is used.

/** Twin-message topics, board to outside. */
export const TOPIC_SPI = "spi"
export const TOPIC_PIN = "pin"

/**
 * A transfer request: chip u8, sequence u8, mode u8, 0, hz u32, length u16, then
 * the MOSI bytes; those that are missing to the length are zeros.
 */
export const SPI_REQUEST_HEADER = 10
/** A reply packet: sequence u8, last u8, offset u16, then MISO bytes. */
export const SPI_REPLY_HEADER = 4
/** MISO bytes a packet: what is left of a Jacdac packet's 236. */
export const SPI_REPLY_CHUNK = 232

export const CHIP_MOTOR = 0
export const CHIP_ENGINE = 1

/** Output pins. DRV_ENN is high for "off"; each edge of HEARTBEAT feeds the watchdog. */
export const PIN_DRV_ENN = 0
export const PIN_HEARTBEAT = 1

/** Service class and commands of services/virtual-board.md. */
export const VIRTUAL_BOARD_CLASS = 0x1f5c0b1d
export const COMMAND_SPI_DATA = 0x80
export const COMMAND_INPUTS = 0x81
