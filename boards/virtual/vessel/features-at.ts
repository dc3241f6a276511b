// The geometry of the lumen's contents and branches in one cross-section.

import type { Border } from "./border"
import { centroid, crossingsOfLines, signedArea } from "./border"
import type { Branch, Features, Flap, Sector, Stent, Thrombus } from "./features"

/** What a point is made of, where it is not blood or wall. */
export type Material = "metal" | "thrombus" | "flap" | "branch" | "branch wall"

/** The lumen border by angle around its centroid: its furthest crossing, every half degree. */
const DIRECTIONS = 720

/** Ends of a sector's thickness along the vessel, over which it grows. */
const RAMP_MM = 0.8
/** A ring of struts zigzags with this period and this part of the distance of two struts. */
const ZIGZAG_MM = 1.2
const ZIGZAG_PART = 0.25
/** Blood behind a strut shows from about one pulse on. */
const APPOSED_MM = 0.1
/** Last part of a flap's sector that is torn. */
const TEAR = 0.12

/** A strut at its place in a cross-section. */
export interface Strut {
    readonly xMm: number
    readonly yMm: number
    readonly radiusMm: number
    readonly malapposed: boolean
}

/** Difference of two angles, -pi..pi. */
export function angleBetween(a: number, b: number): number {
    const d = a - b
    return d - 2 * Math.PI * Math.round(d / (2 * Math.PI))
}

/** 1 in the middle of a sector, 0 at its ends, smooth. */
export function acrossSector(
    angle: number,
    { angleRad, halfWidthRad }: Omit<Sector, "fromMm" | "toMm">
): number {
    const part = Math.abs(angleBetween(angle, angleRad)) / halfWidthRad
    return part >= 1 ? 0 : 0.5 + 0.5 * Math.cos(Math.PI * part)
}

/** 1 within the length, falling to 0 at both of its ends. */
export function alongLength(
    zMm: number,
    { fromMm, toMm }: { fromMm: number; toMm: number }
): number {
    const ramp = Math.min(RAMP_MM, (toMm - fromMm) / 2)
    const part = Math.min(zMm - fromMm, toMm - zMm) / ramp
    if (!(part > 0)) return 0
    return part >= 1 ? 1 : 0.5 - 0.5 * Math.cos(Math.PI * part)
}

function covers({ fromMm, toMm }: { fromMm: number; toMm: number }, zMm: number): boolean {
    return zMm >= fromMm && zMm <= toMm
}

/** The features in one cross-section. */
export class FeaturesAt {
    readonly struts: readonly Strut[]
    readonly wires: readonly Strut[]
    private readonly xMm: number
    private readonly yMm: number
    /** distance of the lumen border from its centroid, by direction */
    private readonly wallMm: Float64Array
    private readonly clots: readonly { of: Thrombus; part: number }[]
    private readonly torn: readonly { of: Flap; part: number }[]
    private readonly branches: readonly Branch[]
    private readonly stents: readonly Stent[]

    /** @param border as of Vessel.borderAt */
    constructor(
        features: Features,
        private readonly zMm: number,
        border: Border,
        catheterRadiusMm: number
    ) {
        const middle = centroid(border)
        this.xMm = middle.xMm
        this.yMm = middle.yMm
        const around = border.map((value, i) => value - (i % 2 === 0 ? middle.xMm : middle.yMm))
        this.wallMm = Float64Array.from(
            crossingsOfLines(around, DIRECTIONS),
            radii => radii.at(-1) ?? 0
        )
        const present = <T extends Sector>(all: readonly T[]): { of: T; part: number }[] =>
            all.map(of => ({ of, part: alongLength(zMm, of) })).filter(({ part }) => part > 0)
        this.clots = present(features.thrombi)
        this.torn = present(features.flaps)
        this.stents = features.stents.filter(stent => covers(stent, zMm))
        this.branches = features.branches.filter(branch => this.reaches(branch))
        this.struts = this.stents.flatMap(stent => this.strutsOf(stent))
        this.wires = features.guidewires
            .filter(wire => covers(wire, zMm))
            .map(({ angleRad, diameterMm, gapMm }) => {
                const r = catheterRadiusMm + gapMm + diameterMm / 2
                return {
                    xMm: r * Math.cos(angleRad),
                    yMm: r * Math.sin(angleRad),
                    radiusMm: diameterMm / 2,
                    malapposed: false,
                }
            })
    }

    /** Whether there is anything in this cross-section. */
    get any(): boolean {
        const { struts, wires, clots, torn, branches } = this
        return struts.length + wires.length + clots.length + torn.length + branches.length > 0
    }

    /**
     * @param inside whether the point is inside the lumen border
     * @param atBorder whether it is on the border, as far as a sample tells: there a branch's opening is
     */
    at(x: number, y: number, inside: boolean, atBorder = false): Material | undefined {
        for (const all of [this.wires, this.struts])
            for (const { xMm, yMm, radiusMm } of all)
                if ((x - xMm) ** 2 + (y - yMm) ** 2 < radiusMm * radiusMm) return "metal"
        if (inside && this.clots.length + this.torn.length > 0) {
            const angle = Math.atan2(y - this.yMm, x - this.xMm)
            const depth = this.wallAt(angle) - Math.hypot(x - this.xMm, y - this.yMm)
            for (const { of, part } of this.torn) {
                const lift = liftOf(of, part, angle)
                if (lift > 0 && depth >= lift && depth < lift + of.thicknessMm) return "flap"
            }
            for (const { of, part } of this.clots)
                if (depth < part * of.thicknessMm * acrossSector(angle, of)) return "thrombus"
        }
        if (this.branches.length === 0 || (inside && !atBorder)) return undefined
        const branch = this.branchAt(x, y)
        return inside && branch === "branch wall" ? undefined : branch
    }

    /** Area inside the inner faces of the struts; null without a stent. */
    stentAreaMm2(): number | null {
        const [stent] = this.stents
        if (!stent) return null
        const faces = new Float64Array(2 * DIRECTIONS)
        for (let d = 0; d < DIRECTIONS; d++) {
            const angle = (2 * Math.PI * d) / DIRECTIONS
            const r = this.wallMm[d]! - offWall(stent, angle)
            faces[2 * d] = r * Math.cos(angle)
            faces[2 * d + 1] = r * Math.sin(angle)
        }
        return signedArea(faces)
    }

    thrombusAreaMm2(): number {
        return this.areaBehind(angle =>
            this.clots.reduce(
                (most, { of, part }) =>
                    Math.max(most, part * of.thicknessMm * acrossSector(angle, of)),
                0
            )
        )
    }

    falseLumenAreaMm2(): number {
        return this.areaBehind(angle =>
            this.torn.reduce((most, { of, part }) => Math.max(most, liftOf(of, part, angle)), 0)
        )
    }

    /** Part of the border that opens into a branch, in degrees. */
    branchArcDeg(): number {
        let open = 0
        for (let d = 0; d < DIRECTIONS; d++) {
            const angle = (2 * Math.PI * d) / DIRECTIONS
            const r = this.wallMm[d]! + 1e-6
            const at = this.branchAt(this.xMm + r * Math.cos(angle), this.yMm + r * Math.sin(angle))
            if (at === "branch") open++
        }
        return (360 * open) / DIRECTIONS
    }

    /** Area between the border and a depth by angle. */
    private areaBehind(depthAt: (angle: number) => number): number {
        let twice = 0
        for (let d = 0; d < DIRECTIONS; d++) {
            const depth = depthAt((2 * Math.PI * d) / DIRECTIONS)
            const wall = this.wallMm[d]!
            twice += (wall * wall - Math.max(0, wall - depth) ** 2) * ((2 * Math.PI) / DIRECTIONS)
        }
        return twice / 2
    }

    private wallAt(angle: number): number {
        const turns = angle / (2 * Math.PI)
        const at = (turns - Math.floor(turns)) * DIRECTIONS
        const d = Math.min(DIRECTIONS - 1, Math.floor(at))
        return this.wallMm[d]! + (at - d) * (this.wallMm[(d + 1) % DIRECTIONS]! - this.wallMm[d]!)
    }

    private strutsOf(stent: Stent): Strut[] {
        const swing = ((2 * Math.PI) / stent.struts) * ZIGZAG_PART
        const phase = Math.abs((((this.zMm - stent.fromMm) / ZIGZAG_MM) % 1) - 0.5) * 4 - 1
        return Array.from({ length: stent.struts }, (_, n) => {
            const angle = (2 * Math.PI * n) / stent.struts + (n % 2 === 0 ? swing : -swing) * phase
            const off = offWall(stent, angle)
            const r = this.wallAt(angle) - off + stent.strutMm / 2
            return {
                xMm: this.xMm + r * Math.cos(angle),
                yMm: this.yMm + r * Math.sin(angle),
                radiusMm: stent.strutMm / 2,
                malapposed: off > stent.strutMm + APPOSED_MM,
            }
        })
    }

    private reaches(branch: Branch): boolean {
        // Its end in z, and its wall.
        const end = branch.atMm + branch.lengthMm * Math.cos(branch.takeOffRad)
        const reach = (branch.radiusMm + branch.wallMm) / Math.max(0.2, Math.sin(branch.takeOffRad))
        return (
            this.zMm > Math.min(branch.atMm, end) - reach &&
            this.zMm < Math.max(branch.atMm, end) + reach
        )
    }

    private branchAt(x: number, y: number): Material | undefined {
        let wall = false
        for (const { atMm, angleRad, radiusMm, wallMm, takeOffRad, lengthMm } of this.branches) {
            const out = (x - this.xMm) * Math.cos(angleRad) + (y - this.yMm) * Math.sin(angleRad)
            const beyond = out - this.wallAt(angleRad)
            const aside = (y - this.yMm) * Math.cos(angleRad) - (x - this.xMm) * Math.sin(angleRad)
            const z = this.zMm - atMm
            const along = beyond * Math.sin(takeOffRad) + z * Math.cos(takeOffRad)
            const across = beyond * Math.cos(takeOffRad) - z * Math.sin(takeOffRad)
            // It begins inside the lumen, wherever the wall is.
            if (out <= 0 || along > lengthMm + wallMm) continue
            const away = Math.hypot(across, aside)
            if (away < radiusMm && along < lengthMm) return "branch"
            if (away < radiusMm + wallMm) wall = true
        }
        return wall ? "branch wall" : undefined
    }
}

/** Distance of a stent's inner faces from the lumen border. */
function offWall({ lifted, strutMm }: Stent, angle: number): number {
    return lifted ? (lifted.gapMm + strutMm) * acrossSector(angle, lifted) : 0
}

/** Distance of a flap from the wall; 0 where there is none. */
function liftOf(flap: Flap, part: number, angle: number): number {
    const across = angleBetween(angle, flap.angleRad) / flap.halfWidthRad
    if (Math.abs(across) >= 1 || across > 1 - 2 * TEAR) return 0
    return part * flap.liftMm * Math.cos((Math.PI / 2) * across)
}
