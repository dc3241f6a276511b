// One step of a path of least cost from A-line to A-line, as a distance transform (P. Felzenszwalb and D. Huttenlocher, Theory of
// Computing 8 (2012) 415).

/**
 * Lowers the cost of each sample to that of the cheapest sample of the A-line before, plus the cost of the step between them.
 * @param costs of the A-line before, changed in place
 * @param from where the sample of the A-line before is noted for each sample, from `back` on
 * @param begin first sample; `end` is the one behind the last
 * @param jumpCost of a step of one sample
 */
export function spreadCosts(
    costs: Float64Array,
    from: Uint16Array,
    back: number,
    begin: number,
    end: number,
    jumpCost: number
): void {
    if (begin >= end) return
    // The cheapest so far, and the sample that it comes from: forwards, then backwards.
    let best = costs[begin]!
    let origin = begin
    from[back + begin] = begin
    for (let k = begin + 1; k < end; k++) {
        const jump = best + jumpCost
        const own = costs[k]!
        if (jump < own) costs[k] = best = jump
        else {
            best = own
            origin = k
        }
        from[back + k] = origin
    }
    for (let k = end - 2; k >= begin; k--) {
        const jump = best + jumpCost
        const own = costs[k]!
        if (jump < own) {
            costs[k] = best = jump
            from[back + k] = origin
        } else {
            best = own
            origin = from[back + k]!
        }
    }
}
