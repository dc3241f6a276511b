// Arithmetic of the timing figures: least-squares line fit, percentiles, jitter.

/** A long pullback has hundreds of thousands: they are in typed arrays. */
type Values = Readonly<ArrayLike<number>>

/** A line fit and its residuals, in the units of the points. */
export interface LineFit {
    readonly slope: number
    readonly residuals: Float64Array
    readonly peakToPeak: number
    readonly rms: number
}

/**
 * Least-squares fit of y over x, both about their means, so that large clock values cost no precision. The method is that
 * of ODrive's tests for logged positions.
 * @throws RangeError for fewer than three points or points at one x
 */
export function fitLine(x: Values, y: Values): LineFit {
    const n = x.length
    if (n < 3 || y.length !== n)
        throw new RangeError(`A line fit needs three points or more, not ${n} and ${y.length}.`)
    const [meanX, meanY] = [mean(x), mean(y)]
    let xx = 0
    let xy = 0
    for (let i = 0; i < n; i++) {
        const dx = x[i]! - meanX
        xx += dx * dx
        xy += dx * (y[i]! - meanY)
    }
    if (xx === 0) throw new RangeError("A line fit needs points at more than one x.")
    const slope = xy / xx
    const residuals = new Float64Array(n)
    for (let i = 0; i < n; i++) residuals[i] = y[i]! - meanY - slope * (x[i]! - meanX)
    const [low, high] = extremes(residuals)
    return {
        slope,
        residuals,
        peakToPeak: high - low,
        rms: Math.sqrt(mean(residuals.map(r => r * r))),
    }
}

export function mean(values: Values): number {
    let sum = 0
    for (let i = 0; i < values.length; i++) sum += values[i]!
    return sum / values.length
}

/** Minimum and maximum; 0 and 0 if there are no values. */
export function extremes(values: Values): [number, number] {
    if (values.length === 0) return [0, 0]
    let low = Infinity
    let high = -Infinity
    for (let i = 0; i < values.length; i++) {
        const v = values[i]!
        if (v < low) low = v
        if (v > high) high = v
    }
    return [low, high]
}

/** The value farthest from zero, with its sign; 0 if there are no values. */
export function worstOf(values: Iterable<number>): number {
    return worstAmong(values, v => v)
}

/** {@link worstOf} of what a function gives. */
export function worstAmong<T>(of: Iterable<T>, value: (one: T) => number): number {
    let worst = 0
    for (const one of of) {
        const v = value(one)
        if (Math.abs(v) > Math.abs(worst)) worst = v
    }
    return worst
}

/** Standard deviation divided by mean. */
export function jitterOf(intervals: readonly number[]): number {
    const middle = mean(intervals)
    return Math.sqrt(mean(intervals.map(v => (v - middle) ** 2))) / middle
}

/**
 * Nearest-rank percentile: always one of the values.
 * @param share 0..1
 * @throws RangeError when there are no values
 */
export function percentile(values: readonly number[], share: number): number {
    if (values.length === 0) throw new RangeError("A percentile needs at least one value.")
    const sorted = [...values].sort((a, b) => a - b)
    const rank = Math.ceil(share * sorted.length)
    return sorted[Math.min(sorted.length, Math.max(1, rank)) - 1]!
}

/** Values from `from` to `to`, both included. */
export function* steps(from: number, to: number, step: number): Generator<number> {
    for (let i = 0; from + i * step <= to; i++) yield from + i * step
}
