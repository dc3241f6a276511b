// RF signal at the un0rick's transducer: the envelopes of the vessel on the transducer's carrier.

import { SOUND_SPEED_MM_S, type Catheter } from "../../../src/shared/acquisition/catheters"
import { UN_MUX_SWITCHES, UN_SAMPLE_HZ } from "../../../src/shared/devices/un0rick"
import type { Un0rickEcho } from "./acquisition"

/** Envelope samples per line from the vessel, uniform from the catheter's centre to its depth. */
export const ENVELOPE_SAMPLES = 256

/** Envelopes of line `index` at a time; 1 = full scale after the catheter's TGC curve. */
type Envelope = (timeUs: number, index: number, out: Float32Array) => void

/**
 * RF from the pulse on. The element is on the catheter's surface, where time starts.
 * @param catheter with at most as many elements as the mux has switches; the connected one receives
 */
export function un0rickEcho(catheter: Catheter, envelopeAt: Envelope): Un0rickEcho {
    const envelope = new Float32Array(ENVELOPE_SAMPLES)
    const spacingMm = catheter.depth_um / 1000 / ENVELOPE_SAMPLES
    const radiusMm = catheter.catheter_radius_um / 1000
    const mmPerSample = SOUND_SPEED_MM_S / 2 / UN_SAMPLE_HZ
    const cyclesPerSample = (catheter.centre_frequency_khz * 1e3) / UN_SAMPLE_HZ
    return ({ timeUs, settings }, out) => {
        const element = closedSwitch(settings.switches)
        // An open circuit receives nothing.
        if (element === undefined || element >= catheter.elements) return
        const lines = catheter.lines_per_frame
        const index = Math.ceil((element * lines) / catheter.elements)
        envelopeAt(timeUs, index, envelope)
        for (let n = 0; n < out.length; n++) {
            const k = (radiusMm + n * mmPerSample) / spacingMm
            const k0 = Math.floor(k)
            if (k0 + 1 >= ENVELOPE_SAMPLES) return
            const here = envelope[k0]!
            const level = here + (k - k0) * (envelope[k0 + 1]! - here)
            out[n] = level * Math.cos(2 * Math.PI * cyclesPerSample * n)
        }
    }
}

/** The only closed switch; undefined with none or several, as elements in parallel are not modelled. */
function closedSwitch(switches: number): number | undefined {
    for (let i = 0; i < UN_MUX_SWITCHES; i++) if (switches === 1 << i) return i
    return undefined
}
