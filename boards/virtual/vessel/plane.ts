// Responsible for: one plane of a vessel from plain data: what is in it, and its field of echoes.
// Not for: which planes are wanted (planes.ts) or how a line is heard (phantom.ts).

import { Backscatter, type BackscatterOptions } from "./backscatter"
import { type Field, PLANE_STEP_MM, SpeckleMaker, type SpeckleOptions } from "./speckle"
import type { CrossSection, Vessel } from "./vessel-model"

/** What planes need of a phantom's options: plain data, which another thread can be given. */
export type PlaneOptions = BackscatterOptions & SpeckleOptions

/** What all planes of a vessel share. */
export type Tissue = Pick<Vessel, "layers" | "plaques">

/** A vessel where plane `number` cuts it. */
export function crossSectionOf(vessel: Vessel, number: number): CrossSection {
    const zMm = number * PLANE_STEP_MM
    return {
        zMm,
        border: vessel.borderAt(zMm),
        catheter: vessel.catheterAt(zMm),
        neighbours: vessel.neighbours.map(other => ({
            ...other.at(zMm),
            radiusMm: other.radiusMm,
            wallMm: other.wallMm,
        })),
    }
}

/** Makes planes; the same plane comes out the same bit for bit, whatever was made before. */
export class PlaneMaker {
    private readonly backscatter: Backscatter
    private readonly speckle: SpeckleMaker
    private readonly amplitude: Float32Array

    constructor(tissue: Tissue, options: PlaneOptions) {
        this.backscatter = new Backscatter(tissue, options)
        this.speckle = new SpeckleMaker(options)
        this.amplitude = new Float32Array(options.linesPerFrame * options.samplesPerLine)
    }

    make(number: number, section: CrossSection, out: Field): void {
        this.backscatter.fill(section, this.amplitude)
        this.speckle.make(number, this.amplitude, out)
    }
}
