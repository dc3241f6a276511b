// Receive chain of the line engine: TGC, then 8-bit logarithmic codes or 16-bit RF.

import { amplitudeToCode } from "../../../src/shared/acquisition/sample-codes"

/** Bits of a float32 that do not index the table; sign, exponent and 11 bits of mantissa do: 0.004 dB. */
const INDEX_SHIFT = 12
/** Number of the first negative value in the table: the sign is the highest bit. */
const NEGATIVE = 1 << (31 - INDEX_SHIFT)

/** Full scale of an int16 sample of RF. */
const RF_FULL_SCALE = 32768

/** The codes of all values; those of negative and infinite ones and of NaN are 0. */
const codes = new Uint8Array(2 * NEGATIVE)
const probe = new Float32Array(1)
const probeBits = new Uint32Array(probe.buffer)
for (let i = 0; i < NEGATIVE; i++) {
    probeBits[0] = (i << INDEX_SHIFT) | (1 << (INDEX_SHIFT - 1))
    codes[i] = amplitudeToCode(probe[0]!)
}

/** Converts a line's envelope to sample codes. */
export class Sampler {
    private gains = new Float32Array(0)
    private work = new Float32Array(0)
    private bits = new Uint32Array(0)

    /**
     * @param samples samples per line
     * @param periodNs sample period
     * @param firstNs time of sample 0 after the start of the pulse
     * @param curveCdb gain every `stepNs` from the start of the pulse, linear in between, constant after the last point
     */
    setGain(
        samples: number,
        periodNs: number,
        firstNs: number,
        curveCdb: Uint16Array,
        stepNs: number
    ): void {
        const last = curveCdb.length - 1
        this.gains = Float32Array.from({ length: samples }, (_, k) => {
            const at = (firstNs + k * periodNs) / stepNs
            const before = Math.floor(at)
            const share = at - before
            const cdb =
                before >= last
                    ? curveCdb[last]!
                    : (1 - share) * curveCdb[before]! + share * curveCdb[before + 1]!
            return 10 ** (cdb / 2000)
        })
        this.work = new Float32Array(samples)
        this.bits = new Uint32Array(this.work.buffer)
    }

    /** Writes the codes of `envelope` (linear, full scale 1 after gain) to `out` from `at`. */
    sample(envelope: Float32Array, out: Uint8Array, at: number): void {
        const { gains, work, bits } = this
        const samples = gains.length
        // Two loops, as reading bits right after writing their float stalls the processor.
        for (let k = 0; k < samples; k++) work[k] = envelope[k]! * gains[k]!
        for (let k = 0; k < samples; k++) out[at + k] = codes[bits[k]! >>> INDEX_SHIFT]!
    }

    /** Writes `rf` (full scale 1 after gain) as little-endian int16 to `out` from `at`; saturates at full scale. */
    sampleRf(rf: Float32Array, out: Uint8Array, at: number): void {
        const { gains } = this
        for (let k = 0; k < gains.length; k++) {
            const value = Math.round(rf[k]! * gains[k]! * RF_FULL_SCALE)
            const code = Math.max(-RF_FULL_SCALE, Math.min(RF_FULL_SCALE - 1, value))
            out[at + 2 * k] = code & 0xff
            out[at + 2 * k + 1] = (code >> 8) & 0xff
        }
    }
}
