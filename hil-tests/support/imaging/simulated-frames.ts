// Frames of a simulated pullback without firmware: phantom, the front end's TGC and companding.

import type { EchoSource } from "../../../boards/virtual/vessel/vessel"
import type { ImagingGeometry, PolarFrame } from "../../../src/host/picture/picture"
import { catheterOf } from "../../../src/shared/acquisition/catheters"
import { amplitudeToCode } from "../../../src/shared/acquisition/sample-codes"

/** A built-in catheter: its geometry and the gain of its front end. */
export interface ImagedBy extends ImagingGeometry {
    readonly tgcDb: (radiusMm: number) => number
}

export function imagedBy(id: string): ImagedBy {
    const catheter = catheterOf(id)
    if (!catheter) throw new Error(`There is no catheter ${id}.`)
    return {
        linesPerFrame: catheter.lines_per_frame,
        samplesPerLine: catheter.samples_per_line,
        sampleSpacingMm: catheter.depth_um / 1000 / catheter.samples_per_line,
        catheterRadiusMm: catheter.catheter_radius_um / 1000,
        ringDownMm: catheter.ring_down_um / 1000,
        centreFrequencyMhz: catheter.centre_frequency_khz / 1000,
        tgcDb: radiusMm =>
            (catheter.tgc_start_cdb + catheter.tgc_slope_cdb_per_mm * radiusMm) / 100,
    }
}

/** Companding by table: loses a tenth of a code, saves some forty million logarithms. */
const CODES = Uint8Array.from({ length: 65536 }, (_, n) => amplitudeToCode((n / 65535) ** 4))

/** A pullback at constant speed; line i of a frame is fired i/lines of the frame's travel later. */
export function simulatedFrames(
    source: EchoSource,
    geometry: ImagedBy,
    frames: number,
    lengthMm: number
): PolarFrame[] {
    const { linesPerFrame: lines, samplesPerLine: samples } = geometry
    const gain = Float32Array.from(
        { length: samples },
        (_, k) => 10 ** (geometry.tgcDb(k * geometry.sampleSpacingMm) / 20)
    )
    const stepMm = lengthMm / frames
    const echo = new Float32Array(samples)
    return Array.from({ length: frames }, (_, index) => {
        const codes = new Uint8Array(lines * samples)
        for (let i = 0; i < lines; i++) {
            source.line((index + i / lines) * stepMm, i, echo)
            for (let k = 0; k < samples; k++) {
                const root = Math.sqrt(Math.sqrt(echo[k]! * gain[k]!))
                codes[i * samples + k] = CODES[Math.min(65535, Math.round(root * 65535))]!
            }
        }
        return {
            index,
            timeMs: (index * 1000) / 30,
            positionMm: (index + 0.5) * stepMm,
            codes,
            present: new Uint8Array(lines).fill(1),
        }
    })
}
