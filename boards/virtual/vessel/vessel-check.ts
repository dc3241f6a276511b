// Rejects borders that no lumen has or that no catheter fits into.

import { contains, crossesItself, edgeLengths, resampled, signedArea } from "./border"
import { mm, refuse } from "./vessel-file-error"
import type { Section } from "./borders-along"
import { inscribedCircle } from "./vessel-from-borders"
import type { Vessel } from "./vessel-model"

/** Requirements on the vessel. */
export interface VesselFileLimits {
    /** the file must cover z = 0 to this length */
    readonly pullbackMm: number
    readonly catheterRadiusMm: number
    /** each border must be within this distance of the catheter so that its area can be measured */
    readonly depthMm: number
}

const MIN_POINTS = 8
const MAX_POINTS = 4096

/** Number of points to which the check for self-crossing is limited, as its cost is quadratic. */
const CROSSING_POINTS = 512

/**
 * In a closed border the last point is next to the first. A border counts as open if its
 * closing edge is over a fifth of the perimeter and over three times any other edge.
 */
const OPEN_PART = 0.2
const OPEN_TIMES = 3

/**
 * A catheter can dilate a compressed vessel, but only up to a limit:
 * the lumen must have at least its cross-sectional area and admit half of its radius.
 */
const MIN_CIRCLE_OF_CATHETER = 0.5

/** Checks one border. @throws VesselFileError */
export function checkBorder(section: Section, limits: VesselFileLimits): void {
    const { border, zMm } = section
    const where = `The border at z = ${mm(zMm)}`
    const points = border.length / 2
    if (points < MIN_POINTS || points > MAX_POINTS)
        refuse(
            "points",
            `${where} has ${points} distinct points; ${MIN_POINTS} to ${MAX_POINTS} are needed.`
        )
    const edges = edgeLengths(border)
    const closing = edges[points - 1]!
    const total = edges.reduce((sum, edge) => sum + edge, 0)
    const longest = edges.subarray(0, points - 1).reduce((a, b) => Math.max(a, b), 0)
    if (closing > OPEN_PART * total && closing > OPEN_TIMES * longest)
        refuse(
            "open",
            `${where} is open by ${mm(closing)}; its last point must be next to its first.`
        )
    if (crossesItself(points > CROSSING_POINTS ? resampled(border, CROSSING_POINTS) : border))
        refuse("crossing", `${where} crosses itself; it must go around the lumen once.`)
    const rc = limits.catheterRadiusMm
    const area = Math.abs(signedArea(border))
    const radius = area > 0 ? inscribedCircle(border).radiusMm : 0
    if (!(area >= Math.PI * rc * rc) || radius < MIN_CIRCLE_OF_CATHETER * rc)
        refuse(
            "catheter",
            `${where} encloses ${area.toFixed(2)} mm² and a circle of ${mm(radius)} radius; a catheter of ${mm(rc)} radius needs ${(Math.PI * rc * rc).toFixed(2)} mm² and ${mm(MIN_CIRCLE_OF_CATHETER * rc)}.`
        )
}

/** Checks that the catheter's path is inside the vessel. @throws VesselFileError */
export function checkCatheter(vessel: Vessel, zMm: number, limits: VesselFileLimits): void {
    const border = vessel.borderAt(zMm)
    if (!contains(border, 0, 0))
        refuse(
            "catheter",
            `The border at z = ${mm(zMm)} does not enclose the catheter, whose path runs smoothly through the centres of all borders; neighbouring borders must belong to one vessel.`
        )
    let furthest = 0
    for (let i = 0; i < border.length; i += 2)
        furthest = Math.max(furthest, Math.hypot(border[i]!, border[i + 1]!))
    if (furthest > limits.depthMm)
        refuse(
            "depth",
            `The border at z = ${mm(zMm)} lies up to ${mm(furthest)} from the catheter; it must lie within the imaging depth of ${mm(limits.depthMm)}.`
        )
}
