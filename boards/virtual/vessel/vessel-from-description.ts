// Builds a vessel from a description by shapes and features: borders along it, what deforms them, and what is in the lumen.

import type { Border } from "./border"
import { contains, signedArea } from "./border"
import { seenFrom } from "./borders-along"
import { featuresOf, plaquesOf } from "./described-features"
import { DescribedShape } from "./described-shape"
import { MonotoneCurve } from "./monotone-curve"
import { neighboursOf } from "./described-neighbours"
import type { VesselFileLimits } from "./vessel-check"
import { checkBorder, checkCatheter } from "./vessel-check"
import type { VesselDescription } from "./vessel-description"
import { mm, refuse } from "./vessel-file-error"
import { catheterPath, LAYERS } from "./vessel-from-borders"
import type { Vessel, WallLayers } from "./vessel-model"
import { withTruth } from "./vessel-truth"

/** Grid on which the catheter's path is planned and the vessel is checked. */
const GRID_MM = 0.5
/** @throws VesselFileError */
export function vesselFromDescription(
    description: VesselDescription,
    limits: VesselFileLimits
): Vessel {
    const { length_mm: lengthMm, sections, beyond_depth: beyondDepth = false } = description
    if (lengthMm < limits.pullbackMm)
        refuse(
            "length",
            `The vessel is ${mm(lengthMm)} long; it must cover the pullback, from 0 to ${mm(limits.pullbackMm)}.`
        )
    checkSections(description)
    const layers = layersOf(description)
    const shape = new DescribedShape(description, layers)
    for (const section of shape.lumenSections()) checkBorder(section, limits)

    const z = grid(lengthMm)
    const lumenAt = (zMm: number): Border => shape.lumenAt(zMm)
    // What features leave of them may be too narrow for the catheter.
    for (const zMm of z) checkBorder({ zMm, border: lumenAt(zMm) }, limits)
    const path = sections.every(section => section.catheter)
        ? givenPath(sections)
        : catheterPath(z, z.map(lumenAt), lumenAt, limits.catheterRadiusMm)
    const clamp = (zMm: number): number => Math.max(0, Math.min(lengthMm, zMm))
    const vessel = withTruth({
        lengthMm,
        catheterRadiusMm: limits.catheterRadiusMm,
        layers,
        plaques: plaquesOf(description),
        features: featuresOf(description),
        neighbours: neighboursOf(description, path, lumenAt),
        catheterAt: zMm => path(clamp(zMm)),
        borderAt: zMm => seenFrom(lumenAt(clamp(zMm)), path(clamp(zMm))),
        ...(shape.hasVesselBorder && {
            vesselBorderAt: (zMm: number) => seenFrom(shape.vesselAt(clamp(zMm)), path(clamp(zMm))),
        }),
        lumenAreaMm2: zMm => signedArea(lumenAt(clamp(zMm))),
    })
    const depthMm = beyondDepth ? Infinity : limits.depthMm
    for (const zMm of z) {
        checkCatheter(vessel, zMm, { ...limits, depthMm })
        if (shape.hasVesselBorder) checkWall(shape, zMm)
    }
    return vessel
}

/** What the schema does not say. @throws VesselFileError */
function checkSections({ sections, features = [] }: VesselDescription): void {
    sections.forEach((section, s) => {
        const before = sections[s - 1]
        if (before && !(section.z_mm > before.z_mm))
            refuse(
                "z-order",
                `The cross-section at z = ${mm(section.z_mm)} follows the one at ${mm(before.z_mm)}; z must increase from each cross-section to the next.`
            )
        if (!section.lumen && !section.vessel)
            refuse(
                "sections",
                `The cross-section at z = ${mm(section.z_mm)} has neither lumen nor vessel; give at least one.`
            )
        for (const what of ["lumen", "vessel", "catheter"] as const)
            if (!section[what] !== !sections[0]![what])
                refuse(
                    "sections",
                    `Only some cross-sections have a ${what}; give it in all of them or in none.`
                )
    })
    const { lumen, vessel } = sections[0]!
    features.forEach((feature, f) => {
        const name = `features.${f}`
        if ("from_mm" in feature && !(feature.to_mm > feature.from_mm))
            refuse(
                "field",
                `The vessel file has ${name} from ${mm(feature.from_mm)} to ${mm(feature.to_mm)}; to_mm must be larger.`
            )
        if (feature.kind !== "plaque") return
        if (feature.of !== "calcified" && !vessel)
            refuse(
                "layers",
                `The vessel file has ${name}, a ${feature.of} plaque, and no room for it; give each cross-section a vessel.`
            )
        if (feature.thickness_mm !== undefined && lumen)
            refuse(
                "layers",
                `The vessel file has ${name}.thickness_mm and also lumens, which say how thick a plaque is; leave one of them out.`
            )
    })
}

/** @throws VesselFileError when the lumen is not inside the media everywhere */
function checkWall(shape: DescribedShape, zMm: number): void {
    const lumen = shape.lumenAt(zMm)
    const vessel = shape.vesselAt(zMm)
    for (let i = 0; i < lumen.length; i += 2)
        if (!contains(vessel, lumen[i]!, lumen[i + 1]!))
            refuse(
                "layers",
                `The lumen leaves the vessel at z = ${mm(zMm)}; it must lie inside everywhere.`
            )
}

function layersOf({ wall = {} }: VesselDescription): WallLayers {
    return {
        intimaMm: wall.intima_mm ?? LAYERS.intimaMm,
        mediaMm: wall.media_mm ?? LAYERS.mediaMm,
        adventitiaMm: wall.adventitia_mm ?? LAYERS.adventitiaMm,
    }
}

function grid(lengthMm: number): number[] {
    const steps = Math.max(1, Math.ceil(lengthMm / GRID_MM))
    return Array.from({ length: steps + 1 }, (_, s) => (s * lengthMm) / steps)
}

/** The path through the catheter's given places. */
function givenPath(
    sections: VesselDescription["sections"]
): (zMm: number) => { xMm: number; yMm: number } {
    const curve = (axis: "x_mm" | "y_mm"): ((zMm: number) => number) => {
        const all = sections.map(section => [section.z_mm, section.catheter![axis]] as const)
        const [[, only]] = all as [readonly [number, number]]
        if (all.length === 1) return () => only
        const along = new MonotoneCurve(
            all.map(([z]) => z),
            all.map(([, value]) => value)
        )
        return zMm => along.at(zMm)
    }
    const [x, y] = [curve("x_mm"), curve("y_mm")]
    return zMm => ({ xMm: x(zMm), yMm: y(zMm) })
}
