/** The first place of an ascending list whose value is not less than another; the list's length if there is none. */
export function lowerBound(ascending: readonly number[], value: number): number {
    let low = 0
    let high = ascending.length
    while (low < high) {
        const middle = (low + high) >> 1
        if (ascending[middle]! < value) low = middle + 1
        else high = middle
    }
    return low
}
