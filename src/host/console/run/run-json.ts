// The JSON of the runs as the page receives it.

import type { Comparison } from "../../compare/compare-runs"
import type { Edits } from "../../measure/edits"
import type { FrameFlag } from "../../measure/frame-measures"
import type { SegmentMeasures } from "../../measure/segment-measures"
import type { ImagingGeometry } from "../../picture/geometry"
import type { Bookmark } from "../../results/bookmarks"
import type { Verdict } from "../../results/verdict"
import type { Marks } from "../../runs/marks-file"
import type { ReviewHeadline, Site } from "../review-headline"

/** What the renderers need once; `../page/render/types.ts` has it decoded. */
export interface SceneJson {
    readonly geometry: ImagingGeometry
    readonly fixedDirection: boolean
    readonly ringDown: {
        readonly firstSample: number
        readonly endSample: number
        readonly frames: number
        /** Base64. */
        readonly codes: string
    }
}

/** One value for each frame, in time order. */
export interface FramesJson {
    /** The column "frame" of measurements.csv; edits and calipers name it. */
    readonly index: readonly number[]
    readonly timeMs: readonly number[]
    readonly positionMm: readonly number[]
    readonly linesMissing: readonly number[]
    /** R waves of the ECG: place of the frame in these arrays, and direction. */
    readonly triggers: readonly (readonly [i: number, deg: number])[]
}

export interface FrameMeasuresJson {
    /** Null where the lumen is not seen as a whole. */
    readonly areaMm2: number | null
    readonly minDiameterMm: number | null
    readonly maxDiameterMm: number | null
    readonly meanDiameterMm: number | null
    readonly centroidMm: readonly [x: number, y: number] | null
    readonly vesselAreaMm2: number | null
    readonly plaqueBurdenPercent: number | null
    readonly calciumArcDeg: number | null
    /** 0..1 */
    readonly confidence: number
    readonly flags: readonly FrameFlag[]
}

/** What can change while a run is open. */
export interface RunContent {
    /** Grows with every change. */
    readonly version: number
    readonly headline: ReviewHeadline
    /** One sentence; null where nothing went wrong. */
    readonly verdictReason: string | null
    readonly site: Site
    readonly clean: boolean
    readonly insecure: boolean
    /** Whether borders and measures are final. */
    readonly refined: boolean
    /** The summary of the run, one row a sentence. */
    readonly summary: readonly string[]
    /** One for each frame; none where the catheter images in one direction. */
    readonly measures: readonly FrameMeasuresJson[]
    readonly segment: SegmentMeasures
    readonly edits: Edits
    readonly marks: Marks
    /** What the operator marked at the bedside unit. */
    readonly unitBookmarks: readonly Bookmark[]
    /** Why nothing can be changed now, one sentence; null: it can. */
    readonly readOnly: string | null
}

/** `GET /api/runs/ID` of a run that is open. */
export interface RunJson {
    readonly id: string
    readonly catheter: string
    readonly serial: number
    readonly lengthMm: number
    readonly speedMmPerS: number
    readonly frameRateHz: number
    readonly ringDownText: string
    readonly scene: SceneJson
    readonly frames: FramesJson
    readonly content: RunContent
}

/** `GET /api/runs/ID` with status 202: ask again soon. */
export interface OpeningJson {
    readonly opening: true
    /** 0..1; null where it is not known. */
    readonly fraction: number | null
    readonly what: string
}

/** One row of `GET /api/runs`. */
export interface RunListItem {
    readonly id: string
    /** The path of its folder, as the command line takes it. */
    readonly folder: string | null
    readonly title: string
    readonly date: string | null
    readonly catheter: string | null
    readonly study: string | null
    readonly patient: { readonly id: string | null; readonly name: string | null }
    readonly site: Site
    readonly verdict: Verdict | null
    readonly verdictReason: string | null
    readonly lengthMm: number | null
    readonly frames: number | null
    readonly linesMissing: number | null
    readonly mlaMm2: number | null
    readonly areaStenosisPercent: number | null
    readonly framesAccepted: number | null
    readonly replayOf: string | null
    /** Whether `GET /api/runs/ID/thumbnail` has a picture. */
    readonly hasThumbnail: boolean
    readonly hasReport: boolean
    readonly isOpen: boolean
    /** Whether a program is receiving it now. */
    readonly isReceiving: boolean
    /** Why its record cannot be used, one sentence. */
    readonly problem: string | null
}

/** `GET /api/compare/FIRST/SECOND`: what `ivus compare` finds. Differences are second less first. */
export type CompareJson = Omit<Comparison, "places">

/** `GET /api/runs`. */
export interface RunListJson {
    /** Where the runs are; null where the server shows only what it was given. */
    readonly folder: string | null
    readonly runs: readonly RunListItem[]
    /** Whether there is a live page. */
    readonly hasLive: boolean
}
