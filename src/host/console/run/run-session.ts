// A run that is open: its results, and what persons change of it. Changes are written to its folder and told to all viewers.

import { stampOf } from "../../clock"
import { UsageError } from "../../errors"
import { type FrameBordersAndMeasures, withEdits } from "../../measure/edited-measures"
import { type Edits, NO_EDITS } from "../../measure/edits"
import { editsDefect } from "../../measure/edits-check"
import { mergeEdits } from "../../measure/merge-edits"
import { measureSegment, type SegmentMeasures } from "../../measure/segment-measures"
import { depthMm } from "../../picture/picture"
import type { RunResults } from "../../results/run-results"
import { modeOf, type RunSummary } from "../../results/summary"
import { summaryText } from "../../results/summary-text"
import { changeEdits } from "../../runs/edits-file"
import { changeMarks, type Marks, NO_MARKS } from "../../runs/marks-file"
import { headlineOf, type ReviewedRun } from "../review-headline"
import { type EditsChange, editsAdded, type MarksChange, marksChanged } from "./run-changes"
import { framesJson, measuresJson, sceneJson } from "./run-content"
import type { RunContent, RunJson } from "./run-json"

export interface SessionOptions {
    /** Names it in paths: the name of its folder. */
    readonly id: string
    /** Undefined for a run that is not kept: it cannot be changed. */
    readonly folder: string | undefined
    readonly run: ReviewedRun
    readonly results: RunResults
    /** Resolves when all files are written; with undefined if that failed. */
    readonly written: Promise<RunSummary | undefined>
    /** Rows below those of the summary. */
    readonly notes?: readonly string[]
    /** What is in the folder. */
    readonly edits?: Edits
    readonly marks?: Marks
    /** Who edits. */
    readonly by: string
    readonly dateMs: () => number
    /** Frees the frames. */
    readonly close: () => Promise<void>
}

/** Somebody else was faster: status 409. */
export class ChangeConflict extends Error {}

const WRITING = "The files of this run are being written."
const FAILED = "The files of this run could not all be written."
/** Whether the borders are refined is looked at so often. */
const REFINED_MS = 200

export class RunSession {
    readonly id: string
    readonly folder: string | undefined
    /** Called after every change. */
    readonly listeners = new Set<() => void>()
    /** Grows with every change, and is larger in a later session. */
    version: number
    private isWritten = false
    private summary: RunSummary | undefined
    private edits: Edits
    private marks: Marks
    private run: ReviewedRun
    private made: { of: object; edits: Edits; frames: FrameBordersAndMeasures } | undefined
    private segment: { of: object; segment: SegmentMeasures } | undefined
    private readonly watching: NodeJS.Timeout | undefined

    constructor(private readonly options: SessionOptions) {
        const { id, folder, run, edits, marks, written, results } = options
        this.id = id
        this.version = options.dateMs()
        this.folder = folder
        this.run = run
        this.edits = edits ?? NO_EDITS
        this.marks = marks ?? NO_MARKS
        const end = (summary: RunSummary | undefined): void => {
            this.summary = summary
            this.isWritten = true
            this.changed()
        }
        written.then(end, () => end(undefined))
        if (results.refined) return
        this.watching = setInterval(() => {
            if (!results.refined) return
            clearInterval(this.watching)
            this.changed()
        }, REFINED_MS)
        this.watching.unref()
    }

    /** ISO 8601; null where it is not known. */
    get date(): string | null {
        return this.run.date
    }

    get results(): RunResults {
        return this.options.results
    }

    /** Borders and measures with the edits. */
    get frames(): FrameBordersAndMeasures {
        const { results } = this
        const { automatic, frames } = results
        if (!automatic) return results
        if (this.made?.of === automatic && this.made.edits === this.edits) return this.made.frames
        const indices = frames.marks.map(({ index }) => index)
        const made = withEdits(automatic, indices, this.edits)
        this.made = { of: automatic, edits: this.edits, frames: made }
        return made
    }

    /** Everything about it. */
    json(): RunJson {
        const { results, id } = this
        const { description: d, frames, geometry, ringDownUse } = results
        return {
            ...{ id, catheter: d.catheter, serial: d.catheter_serial },
            lengthMm: (d.window_end_nm - d.window_start_nm) / 1e6,
            ...{ speedMmPerS: d.speed_nm_s / 1e6, frameRateHz: d.frame_rate_mhz / 1000 },
            ringDownText: ringDownUse.source,
            scene: sceneJson(results),
            frames: framesJson(frames.marks, geometry.linesPerFrame),
            content: this.content(),
        }
    }

    content(): RunContent {
        const { summary, run, edits, marks, results } = this
        const rows = summary ? summaryText(summary, { verbose: true }).split("\n") : []
        const state = this.isWritten ? (summary ? [] : [FAILED]) : [WRITING]
        return {
            version: this.version,
            headline: headlineOf(run, results.description.catheter, summary?.verdict ?? null),
            verdictReason: summary?.verdictReason ?? null,
            site: run.site,
            ...{ clean: summary?.clean ?? true, insecure: summary?.insecure ?? false },
            refined: results.refined,
            summary: [...state, ...rows, ...(this.options.notes ?? [])],
            measures: this.frames.measures.map(measuresJson),
            ...{ segment: this.segmentMeasures(), edits, marks },
            unitBookmarks: summary?.bookmarks ?? [],
            readOnly: this.readOnly ?? null,
        }
    }

    /** Carries out a change of borders, references or acceptance. @throws ChangeConflict, UsageError, RunError */
    changeEdits(change: EditsChange): void {
        const folder = this.writable()
        if (change.after !== this.edits.history.length)
            throw new ChangeConflict(
                "Somebody else has changed the borders in the meantime; look at them, and do it again."
            )
        const { by, dateMs } = this.options
        const added = editsAdded(change, { by, date: stampOf(dateMs()) })
        const edits = mergeEdits(this.edits, added)
        const defect = editsDefect(edits, this.editedRun())
        if (defect !== undefined) throw new UsageError(defect)
        changeEdits(folder, this.edits, edits)
        this.edits = edits
        this.changed()
    }

    /** Carries out a change of bookmarks, calipers or rejection. @throws ChangeConflict, UsageError, RunError */
    changeMarks(change: MarksChange): void {
        const folder = this.writable()
        const { by, dateMs } = this.options
        const made = { by, date: stampOf(dateMs()) }
        this.marks = changeMarks(folder, before => marksChanged(before, change, made))
        this.changed()
    }

    /** The site was changed in the run's record. */
    changeSite(site: ReviewedRun["site"]): void {
        this.run = { ...this.run, site }
        this.changed()
    }

    /** @throws UsageError where nothing can be changed */
    writable(): string {
        const why = this.readOnly
        if (why !== undefined) throw new UsageError(why)
        return this.folder!
    }

    async close(): Promise<void> {
        clearInterval(this.watching)
        this.listeners.clear()
        await this.options.close()
    }

    private get readOnly(): string | undefined {
        if (this.folder === undefined) return "This run is not kept, so it cannot be changed."
        if (!this.isWritten) return `${WRITING} It can be changed when they are there.`
        return undefined
    }

    private changed(): void {
        this.version++
        for (const listener of this.listeners) listener()
    }

    private segmentMeasures(): SegmentMeasures {
        const { frames } = this
        if (this.segment?.of !== frames || !this.results.refined)
            this.segment = { of: frames, segment: this.segmentOf(frames.measures, this.edits) }
        return this.segment.segment
    }

    private segmentOf(measures: RunResults["measures"], edits: Edits): SegmentMeasures {
        const { description, frames } = this.results
        return measureSegment({
            positionsMm: frames.marks.map(({ positionMm }) => positionMm),
            timesMs: frames.marks.map(({ timeMs }) => timeMs),
            ...{ measures, mode: modeOf(description), edits },
        })
    }

    /** What edits are checked against. */
    private editedRun() {
        const { automatic, frames, geometry, fixedDirection } = this.results
        if (fixedDirection)
            throw new UsageError(
                "This catheter images in one direction: it has no borders to edit."
            )
        if (!automatic)
            throw new UsageError(
                "The borders are still being found; edit them when they are there."
            )
        const { lesion, lesions } = this.segmentOf(automatic.measures, NO_EDITS)
        return {
            borders: automatic.borders,
            indices: frames.marks.map(({ index }) => index),
            positionsMm: frames.marks.map(({ positionMm }) => positionMm),
            depthMm: depthMm(geometry),
            ...{ lesion, lesions },
        }
    }
}
