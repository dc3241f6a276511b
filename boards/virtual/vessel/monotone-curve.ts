// A smooth curve through given values that never leaves the range of its two neighbours.

/**
 * Monotone piecewise cubic (F. N. Fritsch and J. Butland, SIAM J. Sci. Stat.
 * Comput. 5 (1984) 300). No overshoot: the smallest cross-section stays the
 * smallest. Constant beyond both ends.
 */
export class MonotoneCurve {
    private readonly slope: Float64Array

    /** @param x ascending, at least two */
    constructor(
        private readonly x: readonly number[],
        private readonly y: readonly number[]
    ) {
        const n = x.length
        this.slope = new Float64Array(n)
        for (let i = 1; i + 1 < n; i++) {
            const before = x[i]! - x[i - 1]!
            const after = x[i + 1]! - x[i]!
            const a = (y[i]! - y[i - 1]!) / before
            const b = (y[i + 1]! - y[i]!) / after
            if (a * b > 0)
                this.slope[i] =
                    (3 * (before + after)) / ((2 * after + before) / a + (after + 2 * before) / b)
        }
    }

    at(x: number): number {
        const last = this.x.length - 1
        if (!(x > this.x[0]!)) return this.y[0]!
        if (x >= this.x[last]!) return this.y[last]!
        let low = 0
        let high = last
        while (high - low > 1) {
            const middle = (low + high) >> 1
            if (this.x[middle]! <= x) low = middle
            else high = middle
        }
        const h = this.x[high]! - this.x[low]!
        const t = (x - this.x[low]!) / h
        const u = 1 - t
        return (
            this.y[low]! * u * u * (1 + 2 * t) +
            this.y[high]! * t * t * (1 + 2 * u) +
            h * t * u * (this.slope[low]! * u - this.slope[high]! * t)
        )
    }
}
