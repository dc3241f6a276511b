// The borders of all frames: radius of each A-line, of the lumen and of the vessel.

import { api } from "./api"

export class Borders {
    private radii: Float32Array | undefined

    constructor(
        private readonly id: string,
        private readonly frames: number,
        private readonly lines: number,
        private readonly onBorders: () => void,
        private readonly onError: (error: Error) => void
    ) {}

    /** Grows whenever they change. */
    version = 0

    /** Radii in mm; NaN where there is none; undefined before they have come. */
    of(i: number, kind: "lumen" | "vessel"): Float32Array | undefined {
        const at = (2 * i + (kind === "lumen" ? 0 : 1)) * this.lines
        const radii = this.radii?.subarray(at, at + this.lines)
        return radii && !Number.isNaN(radii[0]! + radii[this.lines >> 1]!)
            ? radii
            : radii?.some(r => r > 0)
              ? radii
              : undefined
    }

    /** Fetches those of frames from `from` to `to`, both included. */
    async fetch(from = 0, to = this.frames - 1): Promise<void> {
        if (this.frames === 0) return
        try {
            const fetched = new Float32Array(await api.borders(this.id, from, to))
            this.radii ??= new Float32Array(this.frames * 2 * this.lines).fill(NaN)
            this.radii.set(fetched, from * 2 * this.lines)
            this.version++
            this.onBorders()
        } catch (error) {
            this.onError(error as Error)
        }
    }
}
