// Responsible for: refusing borders that no lumen has or no catheter lies in.
// Not for: reading the file (vessel-csv.ts).

import { contains, crossesItself, edgeLengths, resampled, signedArea } from "./border"
import { mm, refuse } from "./vessel-file-error"
import type { Section } from "./vessel-from-borders"
import { inscribedCircle } from "./vessel-from-borders"
import type { Vessel } from "./vessel-model"

/** What the vessel must allow. */
export interface VesselFileLimits {
    /** the file must cover z = 0 to this */
    readonly pullbackMm: number
    readonly catheterRadiusMm: number
    /** each border must lie within this distance of the catheter, or its area could not be measured */
    readonly depthMm: number
}

const MIN_POINTS = 8
const MAX_POINTS = 4096

/** Self-crossing is looked for on at most so many points, since its cost is quadratic. */
const CROSSING_POINTS = 512

/**
 * A closed border's last point lies next to its first. Open is what needs a
 * closing edge of over a fifth of the way round and over three times any other.
 */
const OPEN_PART = 0.2
const OPEN_TIMES = 3

/**
 * A catheter presses the wall of a squeezed vessel aside, but not without end:
 * the lumen must have its cross-section's area, and take in half of its radius.
 */
const MIN_CIRCLE_OF_CATHETER = 0.5

/** One border by itself. @throws VesselFileError */
export function checkBorder(section: Section, limits: VesselFileLimits): void {
    const { border, zMm } = section
    const where = `The border at z = ${mm(zMm)}`
    const points = border.length / 2
    if (points < MIN_POINTS || points > MAX_POINTS)
        refuse(
            "points",
            `${where} has ${points} different points; ${MIN_POINTS} to ${MAX_POINTS} are needed.`
        )
    const edges = edgeLengths(border)
    const closing = edges[points - 1]!
    const total = edges.reduce((sum, edge) => sum + edge, 0)
    const longest = edges.subarray(0, points - 1).reduce((a, b) => Math.max(a, b), 0)
    if (closing > OPEN_PART * total && closing > OPEN_TIMES * longest)
        refuse(
            "open",
            `${where} is open by ${mm(closing)}; its last point must lie next to its first.`
        )
    if (crossesItself(points > CROSSING_POINTS ? resampled(border, CROSSING_POINTS) : border))
        refuse("crossing", `${where} crosses itself; it must run round the lumen once.`)
    const rc = limits.catheterRadiusMm
    const area = Math.abs(signedArea(border))
    const radius = area > 0 ? inscribedCircle(border).radiusMm : 0
    if (!(area >= Math.PI * rc * rc) || radius < MIN_CIRCLE_OF_CATHETER * rc)
        refuse(
            "catheter",
            `${where} encloses ${area.toFixed(2)} mm² and a circle of ${mm(radius)} radius; a catheter of ${mm(rc)} radius needs ${(Math.PI * rc * rc).toFixed(2)} mm² and ${mm(MIN_CIRCLE_OF_CATHETER * rc)}.`
        )
}

/** The catheter on its way through the vessel. @throws VesselFileError */
export function checkCatheter(vessel: Vessel, zMm: number, limits: VesselFileLimits): void {
    const border = vessel.borderAt(zMm)
    if (!contains(border, 0, 0))
        refuse(
            "catheter",
            `The border at z = ${mm(zMm)} does not enclose the catheter, which runs smoothly through the centres of all borders; neighbouring borders must lie in one vessel.`
        )
    let furthest = 0
    for (let i = 0; i < border.length; i += 2)
        furthest = Math.max(furthest, Math.hypot(border[i]!, border[i + 1]!))
    if (furthest > limits.depthMm)
        refuse(
            "depth",
            `The border at z = ${mm(zMm)} lies up to ${mm(furthest)} from the catheter; the imaging depth of ${mm(limits.depthMm)} must hold all of it.`
        )
}
