// The state of one viewer: it belongs to this tab, survives a reload, and no other viewer sees it.

import { Emitter } from "./emitter"

export interface ViewerState {
    /** Place of the frame in the run, from 0. */
    readonly frame: number
    readonly gainDb: number
    readonly dynamicRangeDb: number
    /** Null: the depth of the catheter. */
    readonly depthMm: number | null
    readonly rotationDeg: number
    /** Direction of side A of the cut plane: clockwise from the top of the picture before its rotation. */
    readonly cutDeg: number
    readonly zoom: number
    readonly centreMm: readonly [x: number, y: number]
    /** What part of the pullback the longitudinal view shows, mm; null: all of it. */
    readonly alongMm: readonly [from: number, to: number] | null
    readonly lumen: boolean
    readonly vessel: boolean
    readonly ruler: boolean
    /** One scale along and across. */
    readonly oneToOne: boolean
    readonly loop: boolean
    /** Speed of the playback; 1: as it was pulled. */
    readonly speed: number
    /** Name of the tool that the pointer has on the cross-section (review/tools.ts). */
    readonly tool: string
    /** Headings of the panels that are folded. */
    readonly folded: readonly string[]
    /** Live: the number of the frame that is shown; null: the newest. */
    readonly frozen: number | null
}

export const FIRST_STATE: ViewerState = {
    ...{ frame: 0, gainDb: 0, dynamicRangeDb: 60, depthMm: null, rotationDeg: 0, cutDeg: 0 },
    ...{ zoom: 1, centreMm: [0, 0], alongMm: null, lumen: true, vessel: true, ruler: true },
    ...{ oneToOne: false, loop: true, speed: 1, tool: "move", folded: ["Summary"], frozen: null },
}

/** A page saves its state at most so often. */
const SAVE_MS = 300

export class Viewer {
    readonly changes = new Emitter<ViewerState>()
    private current: ViewerState
    private saving = 0

    /** @param name of what is viewed: each run has a state of its own */
    constructor(
        private readonly name: string,
        start: Partial<ViewerState> = {}
    ) {
        this.current = { ...FIRST_STATE, ...start, ...saved(name) }
        addEventListener("pagehide", () => this.save())
    }

    get state(): ViewerState {
        return this.current
    }

    set(changes: Partial<ViewerState>): void {
        const before = this.current
        const names = Object.keys(changes) as (keyof ViewerState)[]
        if (names.every(name => before[name] === changes[name])) return
        this.current = { ...before, ...changes }
        this.saving ||= window.setTimeout(() => this.save(), SAVE_MS)
        this.changes.emit(this.current)
    }

    private save(): void {
        clearTimeout(this.saving)
        this.saving = 0
        try {
            sessionStorage.setItem(keyOf(this.name), JSON.stringify(this.current))
        } catch {
            // Without storage the state lasts as long as the page.
        }
    }
}

function keyOf(name: string): string {
    return `ivus ${name}`
}

/** What this tab kept, as far as it is of the right kinds. */
function saved(name: string): Partial<ViewerState> {
    try {
        const kept = JSON.parse(sessionStorage.getItem(keyOf(name)) ?? "{}") as Record<
            string,
            unknown
        >
        const own = Object.entries(FIRST_STATE).filter(([key, first]) => isLike(kept[key], first))
        return Object.fromEntries(own.map(([key]) => [key, kept[key]]))
    } catch {
        return {}
    }
}

function isLike(value: unknown, first: unknown): boolean {
    if (value === undefined) return false
    if (first === null) return true
    return typeof value === typeof first && Array.isArray(value) === Array.isArray(first)
}
