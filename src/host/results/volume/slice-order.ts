// Which frame each slice of the volume shows: slices lie at equal distances, frames where the sled was measured.

export interface SliceOrder {
    readonly firstMm: number
    readonly spacingMm: number
    /** The frame of each slice; null where none is near. */
    readonly frames: readonly (number | null)[]
    /** Each frame is shown once, in its order. */
    readonly isEven: boolean
}

/** Frames are equally spaced if all steps are within this share of their mean; pullback.dcm has the same limit. */
const EVEN = 0.1
/** A slice shows a frame within this number of slices; the longitudinal view has the same limit. */
const REACH = 1.5
/** Rounding must not add a slice. */
const ROUNDING = 1e-6

/**
 * Frames at equal distances are the slices. Others are laid out by their positions: at each slice the nearest frame, and
 * nothing where the sled was not imaged.
 * @param positionsMm measured, of all frames
 * @param pixelMm distance of slices where there is one frame only
 */
export function sliceOrder(positionsMm: readonly number[], pixelMm: number): SliceOrder {
    const order = positionsMm.map((_, i) => i).sort((a, b) => positionsMm[a]! - positionsMm[b]!)
    const at = order.map(i => positionsMm[i]!)
    const [firstMm, lastMm] = [at[0]!, at.at(-1)!]
    const meanMm = (lastMm - firstMm) / (at.length - 1)
    if (!(meanMm > 0))
        return { firstMm, spacingMm: pixelMm, frames: [order.at(-1)!], isEven: at.length === 1 }
    const steps = at.slice(1).map((mm, i) => mm - at[i]!)
    const isInOrder = order.every((frame, i) => frame === i)
    if (isInOrder && steps.every(step => Math.abs(step - meanMm) <= EVEN * meanMm))
        return { firstMm, spacingMm: meanMm, frames: order, isEven: true }
    // Frames at one stop of a stepped pullback are no distance of slices.
    const long = steps.filter(step => step > meanMm / 2).sort((a, b) => a - b)
    const spacingMm = long[long.length >> 1]!
    const count = Math.round((lastMm - firstMm) / spacingMm) + 1
    let next = 0
    const frames = Array.from({ length: count }, (_, slice) => {
        const mm = firstMm + slice * spacingMm
        while (next + 1 < at.length && at[next + 1]! <= mm) next++
        const isNextNearer = next + 1 < at.length && at[next + 1]! - mm < mm - at[next]!
        const near = next + Number(isNextNearer)
        return Math.abs(at[near]! - mm) <= REACH * spacingMm + ROUNDING ? order[near]! : null
    })
    return { firstMm, spacingMm, frames, isEven: false }
}
