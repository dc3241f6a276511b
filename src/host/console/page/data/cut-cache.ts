// The A-lines of the cut plane: two opposite ones of all frames for each angle, fetched when they are needed and then the others.

import type { CutData } from "../render/types"
import { api } from "./api"

const KEPT_BYTES = 160 << 20
const REQUESTS_MAX = 2

interface Pair {
    readonly presents: readonly [Uint8Array, Uint8Array]
    readonly codes: readonly [Uint8Array, Uint8Array]
}

export class CutCache {
    /** By the number of the first A-line of the two, below half of the lines. */
    private readonly pairs = new Map<number, Pair>()
    private readonly asked = new Set<number>()
    private readonly order: Int32Array
    private readonly positionsMm: Float64Array
    private readonly half: number
    private readonly pairsMax: number
    private wanted = 0
    private hasFailed = false

    constructor(
        private readonly id: string,
        private readonly shape: { readonly lines: number; readonly samples: number },
        private readonly framesMm: readonly number[],
        private readonly onCut: () => void,
        private readonly onError: (error: Error) => void
    ) {
        this.order = orderOf(framesMm)
        this.positionsMm = Float64Array.from(this.order, i => framesMm[i]!)
        this.half = shape.lines >> 1
        this.pairsMax = Math.max(
            3,
            Math.floor(KEPT_BYTES / (2 * framesMm.length * (shape.samples + 1)))
        )
    }

    /** The A-line of side A at an angle of the cut plane, clockwise from the top. */
    lineAt(cutDeg: number): number {
        const { lines } = this.shape
        const line = Math.round(((cutDeg + 270) / 360) * lines)
        return ((line % lines) + lines) % lines
    }

    /** The data at a line of side A, or those nearest to it that are there. */
    get(lineA: number): CutData | undefined {
        this.want(lineA)
        const { half } = this
        const first = lineA % half
        for (let by = 0; by <= half >> 1; by++)
            for (const near of by === 0 ? [first] : [first + by, first - by]) {
                const pair = this.pairs.get((near + half) % half)
                if (pair) return this.cutOf((near + half) % half, pair, lineA)
            }
        return undefined
    }

    private want(lineA: number): void {
        this.wanted = lineA % this.half
        this.hasFailed = false
        this.fetchNext()
    }

    /** The wanted pair first, then its neighbours, near ones first. */
    private fetchNext(): void {
        const { half, pairs, asked } = this
        for (let by = 0; by < Math.min(half, this.pairsMax); by++) {
            if (this.hasFailed || asked.size >= REQUESTS_MAX) return
            const side = by % 2 === 0 ? by / 2 : -(by + 1) / 2
            const first = (this.wanted + side + half) % half
            if (!pairs.has(first) && !asked.has(first)) void this.fetch(first)
        }
    }

    private async fetch(first: number): Promise<void> {
        this.asked.add(first)
        try {
            this.pairs.set(first, this.pairIn(await api.cut(this.id, first)))
            for (const oldest of this.pairs.keys()) {
                if (this.pairs.size <= this.pairsMax) break
                this.pairs.delete(oldest)
            }
            if (first === this.wanted || this.pairs.size === 1) this.onCut()
        } catch (error) {
            this.hasFailed = true
            this.onError(error as Error)
        } finally {
            this.asked.delete(first)
            this.fetchNext()
        }
    }

    private pairIn(buffer: ArrayBuffer): Pair {
        const { order, framesMm } = this
        const { samples } = this.shape
        const frames = framesMm.length
        const present = (side: number): Uint8Array =>
            Uint8Array.from(order, i => new Uint8Array(buffer)[side * frames + i]!)
        const codes = (side: number): Uint8Array => {
            const all = new Uint8Array(buffer, (2 + side * samples) * frames, frames * samples)
            const isInOrder = order.length === frames && order.every((i, n) => i === n)
            if (isInOrder) return all
            const sorted = new Uint8Array(order.length * samples)
            order.forEach((i, n) =>
                sorted.set(all.subarray(i * samples, (i + 1) * samples), n * samples)
            )
            return sorted
        }
        return { presents: [present(0), present(1)], codes: [codes(0), codes(1)] }
    }

    private cutOf(first: number, { presents, codes }: Pair, lineA: number): CutData {
        const isSwapped = lineA >= this.half
        const [a, b] = isSwapped ? ([1, 0] as const) : ([0, 1] as const)
        const lines = [first, first + this.half]
        return {
            ...{ positionsMm: this.positionsMm, columns: this.order.length },
            ...{ lineA: lines[a]!, lineB: lines[b]! },
            ...{ codesA: codes[a], codesB: codes[b], presentA: presents[a], presentB: presents[b] },
        }
    }
}

/** The frames by position; of several at one position only the last one, as in ../../../picture/longitudinal.ts. */
function orderOf(framesMm: readonly number[]): Int32Array {
    const sorted = Array.from(framesMm.keys()).sort((a, b) => framesMm[a]! - framesMm[b]! || a - b)
    return Int32Array.from(
        sorted.filter((i, n) => n + 1 === sorted.length || framesMm[sorted[n + 1]!] !== framesMm[i])
    )
}
