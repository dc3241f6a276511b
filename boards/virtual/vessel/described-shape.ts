// The borders of a vessel that is described by shapes: between its cross-sections, in a wall with plaques, in a stent, pressed flat.

import type { Border } from "./border"
import { centroid, crossingsOfLines } from "./border"
import { BordersAlong, type Section, seenFrom } from "./borders-along"
import { acrossSector, alongLength } from "./features-at"
import type { FeatureDescription, VesselDescription } from "./vessel-description"
import { mm, refuse } from "./vessel-file-error"
import type { WallLayers } from "./vessel-model"
import { borderOf, type Shape } from "./vessel-shapes"

/** Directions of a lumen that is made from the vessel's border and its plaques. */
const DIRECTIONS = 256

/** One feature of a kind. */
type Of<K extends FeatureDescription["kind"]> = Extract<FeatureDescription, { kind: K }>
export type Compression = Of<"compression">

export const rad = (degrees: number): number => (degrees * Math.PI) / 180

/** Lumen and vessel border of a description, in its own coordinates. */
export class DescribedShape {
    readonly hasVesselBorder: boolean
    private readonly lumen: BordersAlong | undefined
    private readonly vessel: BordersAlong | undefined
    private readonly compressions: readonly Compression[]
    private readonly stents: readonly Of<"stent">[]
    private readonly plaques: readonly Of<"plaque">[]

    constructor(
        private readonly description: VesselDescription,
        private readonly layers: WallLayers
    ) {
        const features = description.features ?? []
        const of = <K extends FeatureDescription["kind"]>(kind: K): Of<K>[] =>
            features.filter((feature): feature is Of<K> => feature.kind === kind)
        this.compressions = of("compression")
        this.stents = of("stent")
        this.plaques = of("plaque").filter(plaque => plaque.thickness_mm)
        this.lumen = this.along("lumen")
        this.vessel = this.along("vessel")
        this.hasVesselBorder = this.vessel !== undefined
    }

    /** The lumens that are to be checked: those given, or those at the given vessels. */
    lumenSections(): Section[] {
        return this.description.sections.map(({ z_mm: zMm, lumen }) => ({
            zMm,
            border: lumen ? borderOf(lumen) : this.lumenAt(zMm),
        }))
    }

    lumenAt(zMm: number): Border {
        const border = this.lumen?.at(zMm) ?? this.lumenInVessel(zMm)
        for (const stent of this.stents) narrow(border, stent, zMm)
        return this.pressed(border, border, zMm)
    }

    vesselAt(zMm: number): Border {
        const lumen = this.lumen?.at(zMm) ?? this.lumenInVessel(zMm)
        return this.pressed(this.vessel!.at(zMm), lumen, zMm)
    }

    private along(what: "lumen" | "vessel"): BordersAlong | undefined {
        const all = this.description.sections.flatMap(section => {
            const shape: Shape | undefined = section[what]
            return shape ? [{ zMm: section.z_mm, border: borderOf(shape) }] : []
        })
        if (all.length === 0) return undefined
        // Two equal cross-sections are a vessel of one shape.
        const [first] = all
        return new BordersAlong(all.length > 1 ? all : [first!, { ...first!, zMm: first!.zMm + 1 }])
    }

    /** The vessel's border less media, intima and plaques. @throws VesselFileError */
    private lumenInVessel(zMm: number): Border {
        const vessel = this.vessel!.at(zMm)
        const middle = centroid(vessel)
        const out = new Float64Array(2 * DIRECTIONS)
        crossingsOfLines(seenFrom(vessel, middle), DIRECTIONS).forEach((radii, d) => {
            const angle = (2 * Math.PI * d) / DIRECTIONS
            let wallMm = this.layers.intimaMm + this.layers.mediaMm
            for (const plaque of this.plaques)
                wallMm +=
                    plaque.thickness_mm! *
                    alongLength(zMm, { fromMm: plaque.from_mm, toMm: plaque.to_mm }) *
                    acrossSector(angle, sectorOf(plaque))
            const r = (radii[0] ?? 0) - wallMm
            if (!(r > 0))
                refuse(
                    "layers",
                    `Wall and plaques leave no lumen at z = ${mm(zMm)}; make them thinner.`
                )
            out[2 * d] = middle.xMm + r * Math.cos(angle)
            out[2 * d + 1] = middle.yMm + r * Math.sin(angle)
        })
        return out
    }

    /** A border as the compressions leave it: flatter, with the side of the lumen that is away from them where it was. */
    private pressed(border: Border, lumen: Border, zMm: number): Border {
        let out = border
        let inside = lumen
        for (const compression of this.compressions) {
            const part = compressionAt(compression, zMm)
            if (part === 0) continue
            const pressOne = presser(compression, part, inside)
            out = pressOne(out)
            inside = pressOne(inside)
        }
        return out
    }
}

export function sectorOf({ angle_deg, arc_deg }: { angle_deg: number; arc_deg: number }): {
    angleRad: number
    halfWidthRad: number
} {
    return { angleRad: rad(angle_deg), halfWidthRad: rad(arc_deg) / 2 }
}

/** Part of the lumen's area that a compression takes at z. */
export function compressionAt(compression: Compression, zMm: number): number {
    const part = (zMm - compression.at_mm) / (compression.length_mm / 2)
    if (Math.abs(part) >= 1) return 0
    return (compression.area_stenosis_percent / 100) * (0.5 + 0.5 * Math.cos(Math.PI * part))
}

/** Direction from which a compression presses; default from above. */
export function pressedFrom({ angle_deg = -90 }: Compression): { ux: number; uy: number } {
    return { ux: Math.cos(rad(angle_deg)), uy: Math.sin(rad(angle_deg)) }
}

function presser(
    compression: Compression,
    part: number,
    lumen: Border
): (border: Border) => Border {
    const { ux, uy } = pressedFrom(compression)
    let floor = Infinity
    for (let i = 0; i < lumen.length; i += 2)
        floor = Math.min(floor, lumen[i]! * ux + lumen[i + 1]! * uy)
    return border => {
        const out = border.slice()
        for (let i = 0; i < out.length; i += 2) {
            const lower = part * (out[i]! * ux + out[i + 1]! * uy - floor)
            out[i]! -= lower * ux
            out[i + 1]! -= lower * uy
        }
        return out
    }
}

/** Narrows the lumen to what an under-expanded stent leaves. */
function narrow(border: Border, stent: Of<"stent">, zMm: number): void {
    const lost = 1 - (stent.expansion_percent ?? 100) / 100
    const part = lost * alongLength(zMm, { fromMm: stent.from_mm, toMm: stent.to_mm })
    if (part === 0) return
    const scale = Math.sqrt(1 - part)
    const middle = centroid(border)
    for (let i = 0; i < border.length; i += 2) {
        border[i] = middle.xMm + scale * (border[i]! - middle.xMm)
        border[i + 1] = middle.yMm + scale * (border[i + 1]! - middle.yMm)
    }
}
