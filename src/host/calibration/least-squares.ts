// Linear least squares for a few unknowns.

/** Collects equations of `unknowns` unknowns one by one; {@link solve} returns the unknowns with the least sum of squared errors. */
export class LeastSquares {
    private readonly matrix: Float64Array[]

    constructor(private readonly unknowns: number) {
        this.matrix = Array.from({ length: unknowns }, () => new Float64Array(unknowns + 1))
    }

    /** Adds the equation Σ coefficients · unknowns = value. */
    add(coefficients: ArrayLike<number>, value: number): void {
        const { unknowns } = this
        for (let i = 0; i < unknowns; i++) {
            const row = this.matrix[i]!
            const c = coefficients[i]!
            if (c === 0) continue
            for (let k = 0; k < unknowns; k++) row[k]! += c * coefficients[k]!
            row[unknowns]! += c * value
        }
    }

    /** Gaussian elimination with pivoting. @returns undefined if the equations do not determine every unknown */
    solve(): number[] | undefined {
        const { unknowns } = this
        const rows = this.matrix.map(row => Float64Array.from(row))
        for (let i = 0; i < unknowns; i++) {
            let best = i
            for (let k = i + 1; k < unknowns; k++)
                if (Math.abs(rows[k]![i]!) > Math.abs(rows[best]![i]!)) best = k
            const pivot = rows[best]!
            rows[best] = rows[i]!
            rows[i] = pivot
            if (Math.abs(pivot[i]!) <= 1e-9 * this.matrix[i]![i]!) return undefined
            for (let k = i + 1; k < unknowns; k++) {
                const row = rows[k]!
                const part = row[i]! / pivot[i]!
                for (let c = i; c <= unknowns; c++) row[c]! -= part * pivot[c]!
            }
        }
        const solution = new Array<number>(unknowns).fill(0)
        for (let i = unknowns - 1; i >= 0; i--) {
            const row = rows[i]!
            let value = row[unknowns]!
            for (let c = i + 1; c < unknowns; c++) value -= row[c]! * solution[c]!
            solution[i] = value / row[i]!
        }
        return solution
    }
}
