// Responsible for: what pairs of elements hear of a vessel whose wall is full of scatterers, wherever the catheter is just then.
// Not for: the echo of a scatterer (channel-data-echo.ts), where they are (wall-scatterers.ts), A-lines of a vessel (phantom.ts).

import {
    type ElementArray,
    ChannelDataEcho,
    type PointTarget,
    type SampleClock,
} from "./channel-data-echo"
import { SLICE_MM } from "./speckle"
import type { Vessel } from "./vessel-model"
import { LAYER_MM, type Scatterers, wallScatterers } from "./wall-scatterers"

/** RF of one pair with the catheter at a place of the vessel. */
export interface ChannelDataSource {
    line(
        zMm: number,
        shot: SampleClock & { readonly tx: number; readonly rx: number },
        out: Float32Array
    ): void
}

/** The catheter moves in steps of this: two hundredths of the shortest wave, even where it is pushed aside as fast as it is drawn. */
const STEP_MM = 0.004
/** Beyond so many standard deviations of the slice nothing is heard: -27 dB. */
const SLICE_REACH = 2.5
const SLICE_SIGMA_MM = SLICE_MM / (2 * Math.sqrt(2 * Math.LN2))
/** Echo of the strongest tissue's scatterer that drives an element straight before it, behind the time gain; 1 is full scale. */
const STRENGTH = 0.04
const NOISE = 0.0005
/** Nearer to the catheter's surface nothing is heard: there it rings. */
const SILENT_MM = 0.05

export interface ChannelDataVesselOptions {
    readonly array: ElementArray
    readonly soundSpeedMPerS: number
    /** What the way to a depth and back takes, which the front end's time gain makes up for, dB/mm. */
    readonly attenuationDbPerMm: number
    readonly seed: number
}

export function channelDataVessel(
    vessel: Pick<Vessel, "borderAt" | "catheterAt" | "layers">,
    options: ChannelDataVesselOptions
): ChannelDataSource {
    const { array, soundSpeedMPerS, seed } = options
    const reach = Math.ceil((SLICE_REACH * SLICE_SIGMA_MM) / LAYER_MM)
    const layers = new Map<number, Scatterers>()
    let step = NaN
    let echo: ChannelDataEcho

    /** All of the slice about a place. */
    function heardAt(zMm: number): PointTarget[] {
        const middle = Math.round(zMm / LAYER_MM)
        for (const known of layers.keys())
            if (Math.abs(known - middle) > reach + 1) layers.delete(known)
        const catheter = vessel.catheterAt(zMm)
        const targets: PointTarget[] = []
        for (let n = middle - reach; n <= middle + reach; n++) {
            let layer = layers.get(n)
            if (!layer) layers.set(n, (layer = wallScatterers(vessel, n, seed)))
            addTargets(layer, zMm, catheter, options, targets)
        }
        return targets
    }

    return {
        line: (zMm, shot, out) => {
            const here = Math.round(zMm / STEP_MM)
            if (here !== step) {
                step = here
                echo = new ChannelDataEcho(
                    { array, soundSpeedMPerS, noise: NOISE, seed },
                    heardAt(here * STEP_MM)
                )
            }
            echo.line(shot.tx, shot.rx, shot, out, step)
        },
    }
}

/** Scatterers of one layer as the catheter hears them from where it is. */
function addTargets(
    { xMm, yMm, zMm, amplitude }: Scatterers,
    hereMm: number,
    catheter: { readonly xMm: number; readonly yMm: number },
    { array, attenuationDbPerMm }: ChannelDataVesselOptions,
    targets: PointTarget[]
): void {
    for (let i = 0; i < xMm.length; i++) {
        const x = xMm[i]! - catheter.xMm
        const y = yMm[i]! - catheter.yMm
        const radiusMm = Math.sqrt(x * x + y * y)
        const awayMm = radiusMm - array.radiusMm
        if (!(awayMm > SILENT_MM)) continue
        const off = (zMm[i]! - hereMm) / SLICE_SIGMA_MM
        const takenDb = attenuationDbPerMm * radiusMm
        targets.push({
            radiusMm,
            angleRad: Math.atan2(y, x),
            strength:
                STRENGTH *
                amplitude[i]! *
                Math.exp(-0.5 * off * off) *
                awayMm *
                awayMm *
                10 ** (-takenDb / 20),
        })
    }
}
