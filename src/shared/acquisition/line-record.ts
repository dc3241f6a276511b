// The line record: one A-line as the front end writes it, sent to the host unchanged.

/** Fields before the samples; `position_counts` and `tick_us` are latched when the A-line is fired. */
export const LINE_HEADER = `
line:u32
frame:u16
index:u16
tick_us:u32
position_counts:i32
flags:u16
samples:u16
`

export const LINE_NUMBER_AT = 0
export const LINE_FRAME_AT = 4
export const LINE_INDEX_AT = 6
export const LINE_TICK_AT = 8
export const LINE_POSITION_AT = 12
export const LINE_FLAGS_AT = 16
export const LINE_SAMPLES_AT = 18
export const LINE_HEADER_LENGTH = 20
/**
 * Length of the check at the end of a record: the CRC-32C computed by the front end. If the front end computes none, the
 * controller writes a digest instead: the first bytes of the SHA-256 of the record, computed with zeros in their place.
 */
export const LINE_CRC_LENGTH = 4

/** At speed: fired inside the imaged window while the controller confirmed the speed. */
export const LINE_AT_SPEED = 0x0001
/** First A-line of a frame. */
export const LINE_FRAME_START = 0x0002
/** The samples are the test pattern. */
export const LINE_TEST = 0x0004
/** Frame cut: an imaged section started and the frame in progress was abandoned; this A-line starts a new frame. */
export const LINE_FRAME_CUT = 0x0008

/** First A-line after an ECG trigger. */
export const LINE_TRIGGER = 0x0010
/** The record ends with a digest (see {@link LINE_CRC_LENGTH}) in place of its CRC-32C. */
export const LINE_DIGEST = 0x0020
/** Low eight bits of the epoch of the speed set point. */
export const LINE_EPOCH_SHIFT = 8
/** Byte offset of these bits in a record. */
export const LINE_EPOCH_AT = 17

/** Samples are 8-bit codes of sample-codes.ts. */
export const SAMPLE_FORMAT_LOG8 = 1
/** Channel data: RF samples of one pair of elements, int16, full scale 32768. */
export const SAMPLE_FORMAT_RF16 = 2

/** Samples are un0rick words: high byte first, RF in the low ten bits, offset 512. */
export const SAMPLE_FORMAT_RF10 = 3

/** Bytes per sample; 0 for an unknown format. */
export function sampleBytes(format: number): number {
    if (format === SAMPLE_FORMAT_LOG8) return 1
    return format === SAMPLE_FORMAT_RF16 || format === SAMPLE_FORMAT_RF10 ? 2 : 0
}

/** Pair lists: the pairs of a frame in the order of the A-line index; `n` is the number of elements. */
export const PAIRS_NONE = 0
/** For tx = 0, 1 … n - 1: rx = tx, tx + 1 … tx + 13, modulo n. */
export const PAIRS_RECIPROCAL_14 = 1
/** For tx = 0, 1 … n - 1: rx = tx - 13 … tx + 13, modulo n. */
export const PAIRS_BOTH_WAYS_14 = 2
/** For tx = 0, 1 … n - 1: rx = tx, tx + 1 … tx + n - 1, modulo n. */
export const PAIRS_FULL = 3

/** The list sent by the host before the setup (pair-list.ts). */
export const PAIRS_SENT = 4

/** Length of a record with this many bytes of samples: header, samples, CRC or digest. */
export function recordLength(samples: number): number {
    return LINE_HEADER_LENGTH + samples + LINE_CRC_LENGTH
}

/** Byte `k` of the samples of test line `index`: a ramp that differs between lines, so that wrong byte order and gaps are detected. */
export function testSample(index: number, k: number): number {
    return (k + 3 * index) & 0xff
}
