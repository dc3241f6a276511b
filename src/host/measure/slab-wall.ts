// What is found of one slab besides its lumen border: vessel border, calcium, shadows, stent, and what makes the border unsure.

import { firstClearSample, type ImagingGeometry } from "../picture/geometry"
import { refineBorder, type SlabBorder } from "./lumen-edge"
import { hiddenLumen } from "./lumen-hidden"
import { areaOf } from "./lumen-measures"
import type { Slab } from "./lumen-slabs"
import { type BareLumen, withoutStruts } from "./lumen-struts"
import { stentAreaMm2, type Strut, stentStruts } from "./stent-struts"
import type { VesselFinder } from "./vessel-edge"
import { bloodCode, sectorsOf, wallLines } from "./wall-lines"

export interface SlabWall {
    /** EEM: radius of each A-line, and 1 where it was heard. */
    readonly vessel: SlabBorder
    readonly calciumArcDeg: number
    readonly shadowArcDeg: number
    readonly stent: {
        readonly areaMm2: number
        readonly struts: number
        readonly malapposed: number
    } | null
    /** Blood that is hidden behind folds of the wall, as a share of the lumen that is seen. */
    readonly hiddenShare: number
    /** Angle over which the lumen goes on behind its border. */
    readonly openDeg: number
    /** Angle over which the wall is at the catheter. */
    readonly touchDeg: number
    /** Share of the A-lines that are at full scale over more than a speckle. */
    readonly saturatedShare: number
}

/** The better the wall is known, the more struts are seen to stand before it. */
const STRUT_ROUNDS = 3

/** A wall nearer than this to the catheter touches it. */
const TOUCH_MM = 0.08

/** An A-line is saturated if it is at full scale over this length. */
const SATURATED_MM = 0.2
const FULL_SCALE = 253

/** A shadow is that of calcium if this share of its A-lines shows calcium. */
const CALCIUM_SHARE = 0.35

/** The border of a slab with everything that is found with it. */
export function findSlab(
    slab: Slab,
    path: Uint16Array,
    geometry: ImagingGeometry,
    vessels: VesselFinder
): SlabBorder & { readonly wall: SlabWall } {
    const { lumen, struts } = lumenAndStruts(slab, path, geometry)
    const lines = wallLines(slab, lumen, geometry)
    const hidden = hiddenLumen(slab, lumen, lines.shadow, geometry)
    const { areaMm2, centroidXMm, centroidYMm } = areaOf(lumen.radiusMm)
    const calcium = calciumSectors(lines.calcium, lines.shadow)
    const wall: SlabWall = {
        vessel: vessels.find(slab, lumen, lines.dark),
        calciumArcDeg: arcDeg(calcium, lumen.radiusMm, centroidXMm, centroidYMm),
        shadowArcDeg: degreesOf(lines.shadow),
        stent:
            struts.length > 0
                ? {
                      areaMm2: stentAreaMm2(struts, geometry.linesPerFrame),
                      struts: struts.length,
                      malapposed: struts.filter(strut => !strut.isApposed).length,
                  }
                : null,
        hiddenShare: areaMm2 > 0 ? hidden.areaMm2 / areaMm2 : 0,
        openDeg: hidden.openDeg,
        touchDeg: degreesOf(
            lumen.radiusMm.map(r => (r < geometry.catheterRadiusMm + TOUCH_MM ? 1 : 0))
        ),
        saturatedShare: saturatedShare(slab, geometry),
    }
    return { ...lumen, wall }
}

/** The lumen border, which goes on behind struts that stand in the lumen, and all struts. */
function lumenAndStruts(
    slab: Slab,
    path: Uint16Array,
    geometry: ImagingGeometry
): { lumen: SlabBorder; struts: readonly Strut[] } {
    let lumen = refineBorder(slab, path, geometry)
    let struts = stentStruts(slab, lumen, geometry)
    const blood = struts.length > 0 ? bloodCode(slab, lumen, geometry) : 0
    let bare: BareLumen | undefined
    for (let round = 0; round < STRUT_ROUNDS; round++) {
        bare = withoutStruts(bare ?? { slab }, lumen, struts, blood, geometry)
        if (!bare) break
        lumen = refineBorder(bare.slab, bare.path, geometry)
        struts = stentStruts(slab, lumen, geometry)
    }
    return { lumen, struts }
}

/** Whole sectors of shadow before which there is calcium: speckle hides it on some of the A-lines. */
function calciumSectors(calcium: Uint8Array, shadow: Uint8Array): Uint8Array {
    const n = shadow.length
    if (shadow.every(dark => dark === 1)) return calcium
    const out = new Uint8Array(n)
    for (const [from, count] of sectorsOf(shadow)) {
        let sum = 0
        for (let m = 0; m < count; m++) sum += calcium[(from + m) % n]!
        if (sum >= CALCIUM_SHARE * count) for (let m = 0; m < count; m++) out[(from + m) % n] = 1
    }
    return out
}

/** Angle of marked A-lines, as seen from a point. */
function arcDeg(marked: Uint8Array, radiusMm: Float32Array, x: number, y: number): number {
    const n = marked.length
    const angleAt = (line: number): number => {
        const angle = (2 * Math.PI * line) / n
        const r = radiusMm[((Math.round(line) % n) + n) % n]!
        return Math.atan2(r * Math.sin(angle) - y, r * Math.cos(angle) - x)
    }
    let sum = 0
    for (const [from, count] of sectorsOf(marked)) {
        if (count === n) return 360
        const turn = angleAt(from + count - 0.5) - angleAt(from - 0.5)
        sum += ((turn * 180) / Math.PI + 720) % 360
    }
    return Math.min(360, sum)
}

function degreesOf(marked: ArrayLike<number>): number {
    let sum = 0
    for (let i = 0; i < marked.length; i++) sum += marked[i]!
    return (360 * sum) / marked.length
}

function saturatedShare({ codes, present }: Slab, geometry: ImagingGeometry): number {
    const { linesPerFrame: lines, samplesPerLine: samples } = geometry
    const least = Math.max(2, Math.round(SATURATED_MM / geometry.sampleSpacingMm))
    let count = 0
    for (let i = 0; i < lines; i++) {
        if (!present[i]) continue
        let run = 0
        for (let k = firstClearSample(geometry); k < samples && run < least; k++)
            run = codes[i * samples + k]! >= FULL_SCALE ? run + 1 : 0
        if (run >= least) count++
    }
    return count / lines
}
