// The review's state: the chosen frame of a finished pullback, settings, longitudinal view and measurements.

import { wholeLumen } from "../measure/frame-measures"
import type { LumenMeasures } from "../measure/lumen-measures"
import { longitudinalView } from "../picture/picture"
import type { RunResults } from "../results/run-results"
import type { Verdict } from "../results/verdict"
import { type ConsoleRequest, refusalOf } from "./console-request"
import { type ConsoleView, NOTICE, type OfferedPicture } from "./console-view"
import type { Display, DisplayState } from "./display"
import { headlineOf, type ReviewedRun, type ReviewHeadline } from "./review-headline"

/** Rendering the longitudinal view takes 0.1 s or more, so it waits until no setting has changed for this time. */
const SETTLE_MS = 250

/** One row of the chart: position mm, time ms, lumen area mm², minimum and maximum diameter mm. */
export type ReviewRow = readonly [
    number,
    number,
    ...(readonly [number, number, number] | readonly [null, null, null]),
]

/** Sent once to each page: the measurements of all frames. */
export interface ReviewOpening {
    readonly opening: true
    readonly lengthMm: number
    readonly rows: readonly ReviewRow[]
}

export interface ReviewState {
    readonly mode: "review"
    readonly notice: string
    readonly headline: ReviewHeadline
    readonly insecure: boolean
    readonly frames: number
    readonly frame: number
    /** Null for a catheter with a fixed direction, and where the view does not show the whole lumen. */
    readonly measures: LumenMeasures | null
    /** The summary of the run, one row a sentence. */
    readonly summary: readonly string[]
    readonly clean: boolean
    /** Whether borders and measures are final. */
    readonly refined: boolean
    readonly display: DisplayState
}

export interface ReviewOptions {
    readonly run: ReviewedRun
    /** Null until it is known. */
    readonly verdict: Verdict | null
    readonly results: RunResults
    readonly insecure: boolean
    /** Whether nothing is missing, damaged or out of its limit. */
    readonly clean: boolean
    readonly summary: readonly string[]
    readonly display: Display
    /** Monotonic clock, ms. */
    readonly nowMs: () => number
}

export class ReviewView implements ConsoleView {
    private sentOpening: ReviewOpening | undefined
    private openingMeasures: RunResults["measures"] | undefined
    private frame = 0
    private changedMs = -Infinity
    private settledVersion: number

    constructor(private readonly options: ReviewOptions) {
        const { results, display } = options
        display.setGeometry(results.geometry)
        this.settledVersion = display.version
    }

    /** Another one when the measures have been refined. */
    get opening(): ReviewOpening {
        const { results } = this.options
        if (this.sentOpening && this.openingMeasures === results.measures) return this.sentOpening
        this.openingMeasures = results.measures
        this.sentOpening = {
            opening: true,
            lengthMm: this.lengthMm,
            rows: results.frames.marks.map((frame, i) => {
                const m = wholeLumen(results.measures[i])
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
        return this.sentOpening
    }

    private get lengthMm(): number {
        const { window_end_nm, window_start_nm } = this.options.results.description
        return (window_end_nm - window_start_nm) / 1e6
    }

    handle(request: ConsoleRequest): string | undefined {
        const { display, results, nowMs } = this.options
        switch (request.kind) {
            case "gain":
            case "dynamic-range":
            case "depth":
                this.changedMs = nowMs()
                return display.set(request)
            case "frame":
                if (request.value >= results.frames.length)
                    return refusalOf(
                        `there is no frame ${request.value}; choose 0 to ${results.frames.length - 1}`
                    )
                this.frame = request.value
                return undefined
            default:
                return refusalOf("this is a review; use `ivus live` for a live picture")
        }
    }

    pictures(): readonly OfferedPicture[] {
        const { display, results, nowMs } = this.options
        if (nowMs() - this.changedMs > SETTLE_MS) this.settledVersion = display.version
        const { frame } = this
        return [
            {
                name: "cross-section",
                // The border of a frame changes once.
                version: (2 * display.version + Number(results.refined)) * 2 ** 24 + frame,
                render: () => ({
                    image: display.draw(
                        results.frames.frame(frame),
                        results.ringDown,
                        results.fixedDirection
                    ),
                    metadata: this.frameMetadata(),
                }),
            },
            {
                name: "longitudinal",
                version: this.settledVersion,
                render: () => ({
                    image: longitudinalView(
                        results.frames,
                        display.mapperFor(results.ringDown),
                        results.geometry,
                        {
                            lengthMm: this.lengthMm,
                            shownDepthMm: display.depthMm!,
                            fixedDirection: results.fixedDirection,
                        }
                    ),
                    metadata: {},
                }),
            },
        ]
    }

    state(): ReviewState {
        const { results, display, run, verdict, insecure, summary, clean } = this.options
        return {
            mode: "review",
            notice: NOTICE,
            headline: headlineOf(run, results.description.catheter, verdict),
            insecure,
            frames: results.frames.length,
            frame: this.frame,
            measures: wholeLumen(results.measures[this.frame]),
            summary,
            clean,
            refined: results.refined,
            display: display.state(),
        }
    }

    /** Angles of the A-lines with an ECG trigger. A line of channel data is an element pair and has no angle. */
    private triggersDeg(): number[] {
        const { frames, description, geometry } = this.options.results
        const { linesPerFrame: lines } = geometry
        if (description.lines_per_frame !== lines) return []
        const { triggers } = frames.at(this.frame)
        return triggers.map(({ line }) => (360 * line) / lines)
    }

    private frameMetadata(): object {
        const { results } = this.options
        const frame = results.frames.frame(this.frame)
        const missing = frame.present.reduce((n, there) => n - there, frame.present.length)
        return {
            frame: frame.index,
            timeMs: frame.timeMs,
            positionMm: frame.positionMm,
            linesMissing: missing,
            triggersDeg: this.triggersDeg(),
            fixedDirection: results.fixedDirection,
            borderMm: Array.from(results.borders[this.frame]?.radiusMm ?? [], rounded),
        }
    }
}

function rounded(value: number): number {
    return Math.round(1000 * value) / 1000
}
