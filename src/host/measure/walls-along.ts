// What is found of the slabs besides their lumen borders, for each frame of the pullback.

import { lowerBound } from "./lower-bound"
import { BordersAlong, type LumenBorder } from "./lumen-along"
import type { SlabBorder } from "./lumen-edge"
import { areaOf } from "./lumen-measures"
import { median } from "./median"
import type { SlabWall } from "./slab-wall"
import type { VesselBorder } from "./vessel-border"

/** Values of a frame are those of the slabs within this distance, about a slice thickness. */
const REACH_MM = 0.25

/**
 * Widest gap of the EEM that is bridged. "If acoustic shadowing involves a relatively small arc (< 90°), planimetry of the
 * circumference can be performed by extrapolation from the closest identifiable EEM borders" (Mintz et al. 2001).
 */
const GAP_MAX_DEG = 90

/**
 * The EEM is not reported where a slab's own border differs by this share from that of the frame (rms): it is then not that of one
 * layer, as where a lumen is folded, or so flat that the beam hides the media.
 */
const VESSEL_UNEVENNESS = 0.035

/**
 * The EEM is reported where at least this share of the slabs within this distance show it. An EEM that is seen in a single slab is
 * chance, such as of speckle. **Convention** of this program.
 */
const SEEN_SHARE = 0.6
const SEEN_WITHIN_MM = 0.75

/** The EEM lies at least this far outside the lumen border. */
const WALL_MIN_MM = 0.1

/** Waves round the circle of the curve that bridges gaps: place and size of the vessel, and its oval. */
const WAVES = 2

/** What a frame takes from its slabs. */
export interface FrameWall {
    readonly vessel:
        (VesselBorder & { readonly areaMm2: number; readonly arcSeenDeg: number }) | null
    readonly calciumArcDeg: number
    readonly shadowArcDeg: number
    readonly stent: SlabWall["stent"]
    readonly hiddenShare: number
    readonly openDeg: number
    readonly touchDeg: number
    readonly saturatedShare: number
    /** Rms difference of the slab's own border and the frame's, where it was heard, as a share of the mean radius. */
    readonly unevenness: number
    /** Widest sector in which the lumen border was not heard. */
    readonly unheardDeg: number
}

export class WallsAlong {
    private readonly vessels: BordersAlong
    /** Of each slab: whether it shows the EEM of one layer, but for a gap that may be bridged. */
    private readonly showsVessel: readonly boolean[]

    /** @param slabs in order of position, as the positions */
    constructor(
        private readonly positionsMm: readonly number[],
        private readonly slabs: readonly (SlabBorder & { readonly wall: SlabWall })[],
        catheterRadiusMm: number
    ) {
        const borders = slabs.map(({ wall }) => wall.vessel)
        this.vessels = new BordersAlong(positionsMm, borders, catheterRadiusMm)
        this.showsVessel = borders.map(
            (border, s) =>
                widestGapDeg(border.edgeWeight) <= GAP_MAX_DEG &&
                unevennessOf(border, this.vessels.at(positionsMm[s]!)) <= VESSEL_UNEVENNESS
        )
    }

    at(positionMm: number, lumen: LumenBorder): FrameWall {
        const near = this.near(positionMm, REACH_MM)
        const walls = near.map(s => this.slabs[s]!.wall)
        const own = this.slabs[near[0]!]!
        return {
            vessel: this.vesselAt(positionMm, lumen, near),
            calciumArcDeg: median(walls.map(wall => wall.calciumArcDeg)),
            shadowArcDeg: median(walls.map(wall => wall.shadowArcDeg)),
            stent: stentOf(walls),
            hiddenShare: Math.max(...walls.map(wall => wall.hiddenShare)),
            openDeg: median(walls.map(wall => wall.openDeg)),
            touchDeg: median(walls.map(wall => wall.touchDeg)),
            saturatedShare: median(walls.map(wall => wall.saturatedShare)),
            unevenness: unevennessOf(own, lumen),
            unheardDeg: widestGapDeg(own.edgeWeight),
        }
    }

    /** The slabs around a position, the nearest first. */
    private near(positionMm: number, reachMm: number): number[] {
        const { positionsMm } = this
        const away = (s: number): number => Math.abs(positionsMm[s]! - positionMm)
        const low = lowerBound(positionsMm, positionMm)
        let first = low
        while (first > 0 && away(first - 1) <= reachMm) first--
        const near: number[] = []
        for (let s = first; s < positionsMm.length && (s < low || away(s) <= reachMm); s++)
            near.push(s)
        if (near.length === 0) near.push(Math.min(low, positionsMm.length - 1))
        return near.sort((a, b) => away(a) - away(b))
    }

    private vesselAt(
        positionMm: number,
        lumen: LumenBorder,
        near: readonly number[]
    ): FrameWall["vessel"] {
        const around = this.near(positionMm, SEEN_WITHIN_MM)
        const shown = around.filter(s => this.showsVessel[s])
        if (shown.length < SEEN_SHARE * around.length) return null
        const lines = lumen.radiusMm.length
        const heard = new Uint8Array(lines)
        for (let i = 0; i < lines; i++) {
            let sum = 0
            for (const s of near) sum += this.slabs[s]!.wall.vessel.edgeWeight[i]!
            heard[i] = 2 * sum > near.length ? 1 : 0
        }
        if (widestGapDeg(heard) > GAP_MAX_DEG) return null
        const radii = this.vessels.at(positionMm).radiusMm
        const doubt = near.map(s =>
            unevennessOf(this.slabs[s]!.wall.vessel, { radiusMm: radii, edgeFraction: 1 })
        )
        if (Math.max(...doubt) > VESSEL_UNEVENNESS) return null
        for (let i = 0; i < lines; i++)
            radii[i] = Math.max(radii[i]!, lumen.radiusMm[i]! + WALL_MIN_MM)
        const whole = bridge(radii, heard)
        const { areaMm2 } = areaOf(whole)
        const count = heard.reduce((sum, is) => sum + is, 0)
        return {
            radiusMm: radii.map((r, i) => (heard[i] ? r : NaN)),
            ...{ areaMm2, arcSeenDeg: (360 * count) / lines },
        }
    }
}

/** Of slabs more than half of which show a stent. */
function stentOf(walls: readonly SlabWall[]): SlabWall["stent"] {
    const stents = walls.flatMap(({ stent }) => stent ?? [])
    if (2 * stents.length <= walls.length) return null
    return {
        areaMm2: median(stents.map(stent => stent.areaMm2)),
        struts: Math.round(median(stents.map(stent => stent.struts))),
        malapposed: Math.round(median(stents.map(stent => stent.malapposed))),
    }
}

function unevennessOf(slab: SlabBorder, frame: LumenBorder): number {
    let squares = 0
    let sum = 0
    let count = 0
    for (let i = 0; i < frame.radiusMm.length; i++) {
        if (slab.edgeWeight[i]! < 0.5) continue
        squares += (slab.radiusMm[i]! - frame.radiusMm[i]!) ** 2
        sum += frame.radiusMm[i]!
        count++
    }
    return count > 0 ? Math.sqrt(squares / count) / (sum / count) : 0
}

/** Widest sector of A-lines below a half. */
export function widestGapDeg(heard: ArrayLike<number>): number {
    const n = heard.length
    let widest = 0
    let run = 0
    for (let i = 0; i < 2 * n && run < n; i++) {
        run = heard[i % n]! > 0.5 ? 0 : run + 1
        widest = Math.max(widest, run)
    }
    return (360 * Math.min(n, widest)) / n
}

/**
 * Radii with the gaps bridged by a curve of low order through what was heard, which is exact for a circle beside the catheter, plus
 * what is left of it at both ends of the gap.
 */
function bridge(radii: Float32Array, heard: Uint8Array): Float32Array {
    const n = radii.length
    if (heard.every(is => is === 1)) return radii
    const curve = curveThrough(radii, heard)
    const out = radii.slice()
    for (let i = 0; i < n; i++) {
        if (!heard[i] || heard[(i + 1) % n]) continue
        let run = 1
        while (run < n && !heard[(i + run) % n]) run++
        const b = (i + run) % n
        const [left, right] = [radii[i]! - curve[i]!, radii[b]! - curve[b]!]
        for (let m = 1; m < run; m++) {
            const j = (i + m) % n
            out[j] = curve[j]! + left + (m / run) * (right - left)
        }
    }
    return out
}

/** Least squares through the radii that were heard. */
function curveThrough(radii: Float32Array, heard: Uint8Array): Float32Array {
    const n = radii.length
    const size = 2 * WAVES + 1
    const rows = Array.from({ length: size }, () => new Float64Array(size + 1))
    const basis = (i: number): number[] => {
        const terms = [1]
        for (let w = 1; w <= WAVES; w++) {
            const angle = (2 * Math.PI * w * i) / n
            terms.push(Math.cos(angle), Math.sin(angle))
        }
        return terms
    }
    for (let i = 0; i < n; i++) {
        if (!heard[i]) continue
        const terms = basis(i)
        for (let a = 0; a < size; a++) {
            for (let b = 0; b < size; b++) rows[a]![b]! += terms[a]! * terms[b]!
            rows[a]![size]! += terms[a]! * radii[i]!
        }
    }
    // Gauss and Jordan; the matrix is positive definite, as most of the circle was heard.
    for (let a = 0; a < size; a++)
        for (let b = 0; b < size; b++) {
            if (a === b) continue
            const factor = rows[b]![a]! / rows[a]![a]!
            for (let c = a; c <= size; c++) rows[b]![c]! -= factor * rows[a]![c]!
        }
    const weights = rows.map((row, a) => row[size]! / row[a]!)
    return Float32Array.from({ length: n }, (_, i) =>
        basis(i).reduce((sum, term, a) => sum + term * weights[a]!, 0)
    )
}
