// One plane of a vessel, computed from plain data: its cross-section and its echo field.

import { Backscatter, type BackscatterOptions } from "./backscatter"
import { type Field, PLANE_STEP_MM, SpeckleMaker, type SpeckleOptions } from "./speckle"
import type { CrossSection, Tissue, Vessel } from "./vessel-model"

/** The phantom options that planes need: plain data that can be passed to another thread. */
export type PlaneOptions = BackscatterOptions & SpeckleOptions

/** Cross-section of a vessel at plane `number`. */
export function crossSectionOf(vessel: Vessel, number: number): CrossSection {
    const zMm = number * PLANE_STEP_MM
    return {
        zMm,
        border: vessel.borderAt(zMm),
        vesselBorder: vessel.vesselBorderAt?.(zMm),
        catheter: vessel.catheterAt(zMm),
        neighbours: vessel.neighbours.map(other => ({
            ...other.at(zMm),
            radiusMm: other.radiusMm,
            wallMm: other.wallMm,
        })),
    }
}

/** Computes planes; equal planes are identical, independent of earlier calls. */
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
