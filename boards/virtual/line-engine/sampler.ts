// Responsible for: the receive chain of the line engine: time gain, then 8-bit codes of the logarithmic amplifier or 16 bits of RF.
// Not for: what the transducer hears (../vessel).

import { amplitudeToCode } from "../../../src/shared/acquisition/sample-codes"

/** Bits of a float32 that index the table: sign, exponent and 11 bits of mantissa, 0.004 dB. */
const INDEX_SHIFT = 12

/** Full scale of an int16 sample of RF. */
const RF_FULL_SCALE = 32768

const codes = new Uint8Array(1 << (31 - INDEX_SHIFT))
const probe = new Float32Array(1)
const probeBits = new Uint32Array(probe.buffer)
for (let i = 0; i < codes.length; i++) {
    probeBits[0] = (i << INDEX_SHIFT) | (1 << (INDEX_SHIFT - 1))
    codes[i] = amplitudeToCode(probe[0]!)
}

/** Turns a line's envelope into sample codes. */
export class Sampler {
    private gains = new Float32Array(0)
    private work = new Float32Array(0)
    private bits = new Uint32Array(0)

    /**
     * @param samples samples a line
     * @param periodNs from sample to sample
     * @param firstNs time of sample 0 after the pulse began
     * @param curveCdb gain every `stepNs` from the pulse on, straight between two, the last one from its time on
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

    /** Codes of `envelope` (linear, full scale 1 after gain) into `out` from `at`. */
    sample(envelope: Float32Array, out: Uint8Array, at: number): void {
        const { gains, work, bits } = this
        // Two loops, as reading bits just after writing their float makes the processor wait.
        for (let k = 0; k < gains.length; k++) work[k] = envelope[k]! * gains[k]!
        for (let k = 0; k < gains.length; k++) {
            // Negative, infinite or no number at all reads as silence.
            const index = bits[k]! >>> INDEX_SHIFT
            out[at + k] = index < codes.length ? codes[index]! : 0
        }
    }

    /** `rf` (full scale 1 after gain) as int16, low byte first, into `out` from `at`; beyond full scale it saturates. */
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
