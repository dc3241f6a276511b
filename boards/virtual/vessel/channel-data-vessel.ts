// Channel data of a vessel whose wall is filled with scatterers, for any catheter position. Echoes of single scatterers are in
// channel-data-echo.ts, their positions in wall-scatterers.ts.

import {
    type ElementArray,
    ChannelDataEcho,
    type PointTarget,
    type SampleClock,
} from "./channel-data-echo"
import { SLICE_MM } from "./speckle"
import type { Vessel } from "./vessel-model"
import { LAYER_MM, type Scatterers, wallScatterers } from "./wall-scatterers"

/** RF of one element pair with the catheter at a position in the vessel. */
export interface ChannelDataSource {
    line(
        zMm: number,
        shot: SampleClock & { readonly tx: number; readonly rx: number },
        out: Float32Array
    ): void
}

/** Step of the catheter position: two hundredths of the shortest wavelength, even where the catheter moves sideways as fast as along. */
const STEP_MM = 0.004
/** Cut-off of the slice profile in standard deviations: -27 dB. */
const SLICE_REACH = 2.5
const SLICE_SIGMA_MM = SLICE_MM / (2 * Math.sqrt(2 * Math.LN2))
/** Echo of a scatterer of the strongest tissue, straight ahead of an element, after TGC; 1 is full scale. */
const STRENGTH = 0.04
const NOISE = 0.0005
/** No echo is computed within this distance of the catheter's surface, where ring-down dominates. */
const DEAD_ZONE_MM = 0.05

export interface ChannelDataVesselOptions {
    readonly array: ElementArray
    readonly soundSpeedMPerS: number
    /** Two-way attenuation per depth, which the front end's TGC compensates, dB/mm. */
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

    /** All targets in the slice around a position. */
    function targetsAt(zMm: number): PointTarget[] {
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
                    targetsAt(here * STEP_MM)
                )
            }
            echo.line(shot.tx, shot.rx, shot, out, step)
        },
    }
}

/** Appends the scatterers of one layer as seen from the catheter's position. */
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
        if (!(awayMm > DEAD_ZONE_MM)) continue
        const off = (zMm[i]! - hereMm) / SLICE_SIGMA_MM
        const attenuationDb = attenuationDbPerMm * radiusMm
        targets.push({
            radiusMm,
            angleRad: Math.atan2(y, x),
            strength:
                STRENGTH *
                amplitude[i]! *
                Math.exp(-0.5 * off * off) *
                awayMm *
                awayMm *
                10 ** (-attenuationDb / 20),
        })
    }
}
