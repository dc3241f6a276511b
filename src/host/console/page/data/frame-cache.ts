// Frames of a run: fetched some at a time, kept within a bound, and fetched ahead of what is shown.

import type { FrameData } from "../render/types"
import { api } from "./api"

/** Frames of one request. */
const BLOCK = 8
/** Requests at a time. */
const REQUESTS_MAX = 3
const KEPT_BYTES = 128 << 20

export class FrameCache {
    /** Blocks, the longest unused first. */
    private readonly blocks = new Map<number, readonly FrameData[]>()
    private readonly asked = new Set<number>()
    private wanted: number[] = []
    private readonly blocksMax: number

    /** @param onFrames called when frames have come */
    constructor(
        private readonly id: string,
        private readonly shape: {
            readonly frames: number
            readonly lines: number
            readonly samples: number
        },
        private readonly onFrames: () => void,
        private readonly onError: (error: Error) => void
    ) {
        const { lines, samples } = shape
        this.blocksMax = Math.max(8, Math.floor(KEPT_BYTES / (BLOCK * lines * (samples + 1))))
    }

    /** A frame, if it is there. */
    get(i: number): FrameData | undefined {
        const block = Math.floor(i / BLOCK)
        const frames = this.blocks.get(block)
        if (!frames) return undefined
        this.blocks.delete(block)
        this.blocks.set(block, frames)
        return frames[i - block * BLOCK]
    }

    /** Fetches a frame and what will be shown next. @param step direction in which frames follow: 1, -1; 0: unknown */
    want(i: number, step = 0): void {
        const block = Math.floor(i / BLOCK)
        const ahead = step > 0 ? [1, 2, 3, 4] : step < 0 ? [-1, -2, -3, -4] : [1, -1]
        const last = Math.floor((this.shape.frames - 1) / BLOCK)
        this.wanted = [0, ...ahead].map(by => block + by).filter(b => b >= 0 && b <= last)
        this.fetchNext()
    }

    /** Fetches a frame for a small picture, after what is shown. */
    alsoWant(i: number): void {
        const block = Math.floor(i / BLOCK)
        if (!this.wanted.includes(block)) this.wanted.push(block)
        this.fetchNext()
    }

    private fetchNext(): void {
        for (const block of this.wanted) {
            if (this.asked.size >= REQUESTS_MAX) return
            if (!this.blocks.has(block) && !this.asked.has(block)) void this.fetch(block)
        }
    }

    private async fetch(block: number): Promise<void> {
        this.asked.add(block)
        const from = block * BLOCK
        const to = Math.min(this.shape.frames, from + BLOCK) - 1
        try {
            this.blocks.set(block, this.framesIn(await api.frames(this.id, from, to)))
            for (const oldest of this.blocks.keys()) {
                if (this.blocks.size <= this.blocksMax) break
                this.blocks.delete(oldest)
            }
            this.onFrames()
        } catch (error) {
            this.wanted = []
            this.onError(error as Error)
        } finally {
            this.asked.delete(block)
            this.fetchNext()
        }
    }

    private framesIn(buffer: ArrayBuffer): FrameData[] {
        const { lines, samples } = this.shape
        const size = lines * (samples + 1)
        return Array.from({ length: buffer.byteLength / size }, (_, n) => ({
            present: new Uint8Array(buffer, n * size, lines),
            codes: new Uint8Array(buffer, n * size + lines, lines * samples),
        }))
    }
}
