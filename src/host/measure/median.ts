/** The middle one of some values; of an even number, the mean of the two in the middle; NaN of none. */
export function median(values: readonly number[]): number {
    const sorted = [...values].sort((a, b) => a - b)
    const middle = sorted.length >> 1
    if (sorted.length % 2 === 1) return sorted[middle]!
    return (sorted[middle - 1]! + sorted[middle]!) / 2
}
