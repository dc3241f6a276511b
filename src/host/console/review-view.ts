// Responsible for: everything that the console shows of a finished pullback: the frame chosen, settings, longitudinal view, measures.
// Not for: how they are made (../picture), or how they get to the page (console-server.ts).

import { longitudinalView, type LumenMeasures } from "../picture/picture"
import type { RunResults } from "../results/run-results"
import type { ConsoleRequest } from "./console-request"
import { type ConsoleView, NOTICE, type OfferedPicture } from "./console-view"
import type { Display, DisplayTold } from "./display"

/** The longitudinal view takes a tenth of a second and more: it is made anew when settings have rested for so long. */
const REST_MS = 250

/** One row of the chart: position mm, time ms, lumen area mm², smallest and largest diameter mm. */
export type ReviewRow = readonly [
    number,
    number,
    ...(readonly [number, number, number] | readonly [null, null, null]),
]

/** Told once. */
export interface ReviewOpening {
    readonly opening: true
    readonly lengthMm: number
    readonly rows: readonly ReviewRow[]
}

export interface ReviewTold {
    readonly mode: "review"
    readonly notice: string
    readonly target: string
    readonly catheter: string
    readonly insecure: boolean
    readonly frames: number
    readonly frame: number
    /** null for a catheter that looks one way. */
    readonly measures: LumenMeasures | null
    /** The run in sentences. */
    readonly summary: readonly string[]
    readonly clean: boolean
    readonly display: DisplayTold
}

export interface ReviewOptions {
    readonly target: string
    readonly results: RunResults
    readonly insecure: boolean
    /** Whether nothing is missing, damaged or outside of its limit. */
    readonly clean: boolean
    readonly summary: readonly string[]
    readonly display: Display
    /** Monotone, ms. */
    readonly nowMs: () => number
}

export class ReviewView implements ConsoleView {
    readonly opening: ReviewOpening
    private frame = 0
    private changedMs = -Infinity
    private settledVersion: number

    constructor(private readonly options: ReviewOptions) {
        const { results, display } = options
        display.describe(results.geometry)
        this.settledVersion = display.version
        this.opening = {
            opening: true,
            lengthMm: this.lengthMm,
            rows: results.frames.map((frame, i) => {
                const m = results.measures[i]
                return [
                    rounded(frame.positionMm),
                    rounded(frame.timeMs),
                    ...(m
                        ? ([
                              rounded(m.areaMm2),
                              rounded(m.minDiameterMm),
                              rounded(m.maxDiameterMm),
                          ] as const)
                        : ([null, null, null] as const)),
                ]
            }),
        }
    }

    private get lengthMm(): number {
        const { window_end_nm, window_start_nm } = this.options.results.description
        return (window_end_nm - window_start_nm) / 1e6
    }

    ask(ask: ConsoleRequest): string | undefined {
        const { display, results, nowMs } = this.options
        switch (ask.ask) {
            case "gain":
            case "dynamic-range":
            case "depth":
                this.changedMs = nowMs()
                return display.set(ask)
            case "frame":
                if (ask.value >= results.frames.length)
                    return `The request was not taken: there is no frame ${ask.value}; 0 to ${results.frames.length - 1} are there.`
                this.frame = ask.value
                return undefined
            default:
                return "The request was not taken: the pullback is over, and this is its review; `ivus live` shows a live picture."
        }
    }

    pictures(): readonly OfferedPicture[] {
        const { display, results, nowMs } = this.options
        if (nowMs() - this.changedMs > REST_MS) this.settledVersion = display.version
        const { frame } = this
        return [
            {
                name: "cross-section",
                version: display.version * 2 ** 24 + frame,
                make: () => ({
                    image: display.draw(results.frames[frame]!, results.ringDown, results.oneWay),
                    about: this.aboutFrame(),
                }),
            },
            {
                name: "longitudinal",
                version: this.settledVersion,
                make: () => ({
                    image: longitudinalView(
                        results.frames,
                        display.mapperFor(results.ringDown),
                        results.geometry,
                        {
                            lengthMm: this.lengthMm,
                            shownDepthMm: display.depthMm!,
                            oneWay: results.oneWay,
                        }
                    ),
                    about: {},
                }),
            },
        ]
    }

    told(): ReviewTold {
        const { results, display, target, insecure, summary, clean } = this.options
        return {
            mode: "review",
            notice: NOTICE,
            target,
            catheter: results.description.catheter,
            insecure,
            frames: results.frames.length,
            frame: this.frame,
            measures: results.measures[this.frame] ?? null,
            summary,
            clean,
            display: display.told(),
        }
    }

    /** Of element data a line is a pair and has no angle. */
    private triggersDeg(): number[] {
        const { assembler, description, geometry } = this.options.results
        const { linesPerFrame: lines } = geometry
        if (description.lines_per_frame !== lines) return []
        const { triggers } = assembler.frames[this.frame]!
        return triggers.map(({ line }) => (360 * line) / lines)
    }

    private aboutFrame(): object {
        const { results } = this.options
        const frame = results.frames[this.frame]!
        const missing = frame.present.reduce((n, there) => n - there, frame.present.length)
        return {
            frame: frame.index,
            timeMs: frame.timeMs,
            positionMm: frame.positionMm,
            linesMissing: missing,
            triggersDeg: this.triggersDeg(),
            oneWay: results.oneWay,
            borderMm: Array.from(results.borders[this.frame]?.radiusMm ?? [], rounded),
        }
    }
}

function rounded(value: number): number {
    return Math.round(1000 * value) / 1000
}
