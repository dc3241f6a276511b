// Random numbers that are a function of a location (seed, plane, index) and not of earlier calls.
//
// With a sequential generator a line would depend on the lines computed before it;
// a hash of a counter does not, and costs only a few integer operations.

/**
 * Mixes 32 bits (the "lowbias32" finaliser, C. Wellons, public domain).
 * @returns an unsigned 32-bit number
 */
export function mix(n: number): number {
    n = Math.imul(n ^ (n >>> 16), 0x7feb352d)
    n = Math.imul(n ^ (n >>> 15), 0x846ca68b)
    return (n ^ (n >>> 16)) >>> 0
}

/** Hash of a few integers: 0..2^32-1. */
export function hash(...parts: readonly number[]): number {
    let state = 0x2545f491
    for (const part of parts) state = mix((state + Math.imul(part | 0, 0x9e3779b1)) | 0)
    return state
}

/** A number in [0, 1) determined by these integers. */
export function uniform(...parts: readonly number[]): number {
    return hash(...parts) / 0x1_0000_0000
}

/** A number in [low, high) determined by these integers. */
export function between(low: number, high: number, ...parts: readonly number[]): number {
    return low + (high - low) * uniform(...parts)
}

/**
 * Smooth noise in space: random values at the corners of unit cells, interpolated
 * in between.
 * @returns -1..1
 */
export function valueNoise(seed: number, x: number, y: number, z: number): number {
    const ix = Math.floor(x)
    const iy = Math.floor(y)
    const iz = Math.floor(z)
    const fx = ease(x - ix)
    const fy = ease(y - iy)
    const fz = ease(z - iz)
    let sum = 0
    for (let dz = 0; dz < 2; dz++) {
        const hz = mix((seed + Math.imul(iz + dz, 0x9e3779b1)) | 0)
        for (let dy = 0; dy < 2; dy++) {
            const hy = mix((hz + Math.imul(iy + dy, 0x9e3779b1)) | 0)
            const a = mix((hy + Math.imul(ix, 0x9e3779b1)) | 0)
            const b = mix((hy + Math.imul(ix + 1, 0x9e3779b1)) | 0)
            sum += (dz ? fz : 1 - fz) * (dy ? fy : 1 - fy) * (a + fx * (b - a))
        }
    }
    return sum / 0x8000_0000 - 1
}

function ease(t: number): number {
    return t * t * (3 - 2 * t)
}
