// The 64-byte header of every burst on the link, in both directions.

import { getNumber, putNumber, type Bytes } from "./bytes"
import { crc32c } from "./crc32c"

/** "IVL1", read as a little-endian u32. */
export const BURST_MAGIC = 0x314c5649
export const PROTOCOL_VERSION = 2
export const BURST_HEADER_LENGTH = 64
/** Maximum payload length. */
export const PAYLOAD_MAX = 16384

export const MAGIC_AT = 0
export const VERSION_AT = 4
export const TYPE_AT = 5
export const HEADER_LENGTH_AT = 6
export const FLAGS_AT = 7
export const SESSION_AT = 8
export const SEQUENCE_AT = 12
export const PAYLOAD_LENGTH_AT = 16
export const TICK_AT = 20
export const POSITION_AT = 24
export const SPEED_AT = 28
export const EPOCH_AT = 32
export const LINES_AT = 34
export const DROPPED_FIFO_AT = 36
export const DROPPED_CREDIT_AT = 38
export const DROPPED_CRC_AT = 40
export const DROPPED_GATE_AT = 42
export const CHECK_AT = 44
export const TAG_AT = 48

/** Fields in order; source of the layout hash and of the table in the specification. */
export const BURST_HEADER = `
magic:u32
version:u8
type:u8
header_length:u8
flags:u8
session:u32
sequence:u32
payload_length:u32
tick_us:u32
position_nm:i32
speed_nm_s:i32
speed_epoch:u16
lines:u16
dropped_fifo:u16
dropped_credit:u16
dropped_crc:u16
dropped_gate:u16
check:u32
tag_0:u32
tag_1:u32
tag_2:u32
tag_3:u32
`

/** Burst types. The numbers are final; new ones are added at the end of their group. */
export const TYPE_HELLO = 1
export const TYPE_CHALLENGE = 2
export const TYPE_PROOF = 3
export const TYPE_ACCEPT = 4
export const TYPE_REJECT = 5
export const TYPE_DESCRIPTION = 16
export const TYPE_LINES = 17
export const TYPE_STATUS = 18
export const TYPE_EVENT = 19
export const TYPE_END = 20
export const TYPE_REFUSAL = 21
export const TYPE_REGISTER = 24
export const TYPE_SURVEY = 25
export const TYPE_RESTART = 26
export const TYPE_LOG_ENTRY = 27
export const TYPE_CREDIT = 32
export const TYPE_SETUP = 33
export const TYPE_COMMAND = 34
export const TYPE_PAIRS = 38
export const TYPE_CATHETER = 39
export const TYPE_CALIBRATION = 40
export const TYPE_PING = 48
export const TYPE_PONG = 49

/** Flag of a line burst with test lines. */
export const FLAG_TEST_LINES = 0x01
/** Flag of a burst of a board without a key. */
export const FLAG_INSECURE = 0x02

/** Writes the check of a header. */
export function sealHeader(header: Bytes, layoutHash: number): void {
    putNumber(header, CHECK_AT, "u32", crc32c(header, 0, CHECK_AT, layoutHash))
}

/** Results of the header check, in the order of the tests; 0 if the header is valid. */
export const HEADER_GOOD = 0
export const HEADER_BAD_MAGIC = 1
export const HEADER_BAD_CHECK = 2
export const HEADER_BAD_VERSION = 3
export const HEADER_BAD_LENGTH = 4
export const HEADER_OVERSIZE = 5

/**
 * Checks the header at `offset`.
 * @returns one of the HEADER_ codes; HEADER_BAD_VERSION only if the check is right
 */
export function checkHeader(from: Bytes, offset: number, layoutHash: number): number {
    if (getNumber(from, offset + MAGIC_AT, "u32") !== BURST_MAGIC) return HEADER_BAD_MAGIC
    const check = crc32c(from, offset, offset + CHECK_AT, layoutHash)
    if (getNumber(from, offset + CHECK_AT, "u32") !== check) return HEADER_BAD_CHECK
    if (getNumber(from, offset + VERSION_AT, "u8") !== PROTOCOL_VERSION) return HEADER_BAD_VERSION
    if (getNumber(from, offset + HEADER_LENGTH_AT, "u8") !== BURST_HEADER_LENGTH)
        return HEADER_BAD_LENGTH
    if (getNumber(from, offset + PAYLOAD_LENGTH_AT, "u32") > PAYLOAD_MAX) return HEADER_OVERSIZE
    return HEADER_GOOD
}
