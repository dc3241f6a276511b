// Heap usage of a VM, read from its WASM memory without effect on the program.
// Source: runtime/devicescript/gc_alloc.c of microsoft/devicescript: `devs_gc_t`, its one chunk and the headers of blocks.

import type { VmExports } from "./vm-exports"

/** Bytes of the VM's heap. Garbage counts as used until it is collected. */
export interface HeapUse {
    readonly sizeBytes: number
    readonly usedBytes: number
    readonly freeBytes: number
    /** The largest block that can be allocated without a collection. */
    readonly largestFreeBytes: number
    /** Since the program started. */
    readonly allocations: number
}

export type HeapKind =
    | "bytes"
    | "array"
    | "object"
    | "buffer"
    | "string"
    | "bound function"
    | "call frame"
    | "packet"
    | "other"

const WORD = 4
/** `devs_gc_t`: first_free, first_chunk, num_alloc, gc_threshold, curr_alloc, ctx. The chunk follows it. */
const FIRST_FREE = 0
const FIRST_CHUNK = 1
const NUM_ALLOC = 2
const GC_THRESHOLD = 3
const GC_WORDS = 6
/** A chunk: next, end, blocks. */
const CHUNK_END = 1
const CHUNK_WORDS = 2
/** Header of a block: size in words, tag above. */
const SIZE_MASK = 0xffffff
const TAG_SHIFT = 24
const TAG_FREE = 0x01
/** Bytes that are never collected. */
const TAG_PINNED_BYTES = 0x42
const FINAL = 0x4f000001
const TAG_MASK = 0xf
/** Kind of a block by its tag (devicescript `devs_objects.h`). Each call of a program function allocates a frame. */
const KINDS: Readonly<Record<number, HeapKind>> = {
    2: "bytes",
    3: "array",
    4: "object",
    5: "buffer",
    6: "string",
    7: "bound function",
    8: "call frame",
    9: "object",
    10: "object",
    11: "packet",
}
/** The heap is collected after a quarter of it has been allocated. */
const GC_FRACTION = 4

export class VmHeap {
    private gc: number | undefined

    constructor(private readonly exports: VmExports) {}

    /** Collects garbage at every allocation, or as usual again. Slow, but without effect on the program's behaviour. */
    collectAlways(on: boolean): void {
        this.exports.jd_em_devs_enable_gc_stress(on ? 1 : 0)
    }

    /** @returns undefined while no program is loaded */
    use(): HeapUse | undefined {
        const at = this.locate()
        return at && useOf(at.words, at.gc)
    }

    /** Number of blocks in use by kind, including garbage not yet collected. */
    kinds(): Map<HeapKind, number> {
        const found = new Map<HeapKind, number>()
        const heap = this.locate()
        if (!heap) return found
        for (const header of headers(heap.words, heap.gc)) {
            const tag = header >>> TAG_SHIFT
            if (tag === TAG_FREE) continue
            const kind = KINDS[tag & TAG_MASK] ?? "other"
            found.set(kind, (found.get(kind) ?? 0) + 1)
        }
        return found
    }

    /** Takes all free memory, for good: the program's next allocation fails, and the VM panics. */
    exhaust(): void {
        const heap = this.locate()
        if (!heap) throw new Error("no program is loaded")
        const { words, gc } = heap
        const end = words[gc + GC_WORDS + CHUNK_END]! / WORD
        for (let at = gc + GC_WORDS + CHUNK_WORDS; at < end; at += words[at]! & SIZE_MASK)
            if (words[at]! >>> TAG_SHIFT === TAG_FREE)
                words[at] = (words[at]! & SIZE_MASK) | (TAG_PINNED_BYTES << TAG_SHIFT)
        words[gc + FIRST_FREE] = 0
    }

    private locate(): { words: Uint32Array; gc: number } | undefined {
        const words = new Uint32Array(this.exports.memory.buffer)
        // A restarted program has a new heap.
        if (this.gc === undefined || !isHeap(words, this.gc)) this.gc = find(words)
        return this.gc === undefined ? undefined : { words, gc: this.gc }
    }
}

/** Whether a `devs_gc_t` with its chunk starts at this word index; checked by its threshold, which depends on its length. */
function isHeap(words: Uint32Array, gc: number): boolean {
    const chunk = gc + GC_WORDS
    if (words[gc + FIRST_CHUNK] !== chunk * WORD || words[chunk] !== 0) return false
    const end = words[chunk + CHUNK_END]! / WORD
    const sizeWords = end + 1 - chunk
    return words[end] === FINAL && words[gc + GC_THRESHOLD] === Math.floor(sizeWords / GC_FRACTION)
}

function find(words: Uint32Array): number | undefined {
    for (let at = 0; at + GC_WORDS < words.length; at++) if (isHeap(words, at)) return at
    return undefined
}

/** The headers of all blocks in order. */
function* headers(words: Uint32Array, gc: number): Generator<number> {
    const chunk = gc + GC_WORDS
    const end = words[chunk + CHUNK_END]! / WORD
    for (let at = chunk + CHUNK_WORDS; at < end;) {
        const header = words[at]!
        const size = header & SIZE_MASK
        if (size === 0) throw new Error(`the VM's heap is corrupt at word ${at}`)
        yield header
        at += size
    }
}

function useOf(words: Uint32Array, gc: number): HeapUse {
    const chunk = gc + GC_WORDS
    const first = chunk + CHUNK_WORDS
    const end = words[chunk + CHUNK_END]! / WORD
    let [freeWords, largest] = [0, 0]
    for (const header of headers(words, gc)) {
        if (header >>> TAG_SHIFT !== TAG_FREE) continue
        const size = header & SIZE_MASK
        freeWords += size
        largest = Math.max(largest, size)
    }
    return {
        sizeBytes: (end - first) * WORD,
        usedBytes: (end - first - freeWords) * WORD,
        freeBytes: freeWords * WORD,
        largestFreeBytes: largest * WORD,
        allocations: words[gc + NUM_ALLOC]!,
    }
}
