// The frames of one run on their way: into the scratch file, and from there on to borders and pictures.

import { createHash } from "node:crypto"
import { PAIRS_NONE, sampleBytes } from "../../../shared/acquisition/line-record"
import type { Description } from "../../../shared/protocol/messages"
import { diskReason, isDiskError } from "../../disk-reason"
import { RunError, UsageError } from "../../errors"
import { inSteps } from "../../in-steps"
import type { AssembledFrame, FrameMark } from "../../frames/assembled-frame"
import { isRf, RfFrames } from "../../frames/rf-frames"
import { type Edits, NO_EDITS } from "../../measure/edits"
import { branchSteps } from "../../measure/branches"
import { withEdits } from "../../measure/edited-measures"
import { editsDefect } from "../../measure/edits-check"
import { withRunFlags } from "../../measure/frame-measures"
import { measureSegment } from "../../measure/segment-measures"
import { checkGeometry, depthMm, type GreyImage, RING_DOWN_FRAMES } from "../../picture/picture"
import { referenceKey } from "../../references/reference-key"
import type { ReceivedRun } from "../../run/run-target"
import { catheterNamed } from "../../sequence/catheter-spec"
import { asRunError, beamformerOf, type SentData } from "../channel-data-frames"
import { dicomAttributes } from "../dicom/dicom-attributes"
import type { DicomAbout, DicomReference } from "../dicom/dicom-common"
import type { dicomHead } from "../dicom/dicom-head"
import { longitudinalAttributes } from "../dicom/longitudinal-attributes"
import { singlePicture } from "../dicom/single-picture"
import { geometryOf, isFixedDirection, pictureSize } from "../picture-frames"
import type { ReportArtist } from "../report/write-report"
import type { RingDownUse } from "../ring-down-use"
import type { RunResults } from "../run-results"
import { modeOf } from "../summary"
import type { Chart } from "../timing/timing-charts"
import { verdictOf } from "../verdict"
import { FrameFile, ScratchFile } from "./frame-file"
import { ImageStage } from "./image-stage"
import type { PipelineFolder } from "./pipeline-folder"
import type { PipelineOptions } from "./run-pipeline"
import { type FinalRingDown, RingDownChoice } from "./ring-down-choice"
import { dicomHeadIn, USUAL } from "./task-pool"
import type { TaskName, Tasks } from "./work"

/** A shorter run is done before a thread has started. */
const FRAMES_BEFORE_THREADS = 48
/** Beamforming one frame takes longer than starting a thread. */
const CHANNEL_FRAMES_BEFORE_THREADS = 2
/** A source that is faster than real time waits while more tasks than this do. */
const WAITING_MAX = 64

const NO_RING_DOWN: RingDownUse = { source: "none", captured: null, notes: [] }

/** Results while they are made. */
type Results = { -readonly [K in keyof RunResults]: RunResults[K] }

export class ImagingRun {
    readonly marks: FrameMark[] = []
    private readonly hash = createHash("sha256")
    private readonly rf: RfFrames | undefined
    /** Channel data as received; undefined for A-lines. */
    private readonly raw: { readonly scratch: ScratchFile; readonly file: FrameFile } | undefined
    private stage: ImageStage | undefined
    private ringDown: RingDownChoice | undefined
    /** Beamformed frames; those before the first gap go on. */
    private readonly beamformed: boolean[] = []
    private beamformedUpTo = 0
    private orders: Promise<void>[] = []
    private failure: unknown
    /** The disk takes no more frames; those before are used. */
    private isFull = false

    /** Never throws: what is wrong with the run is said when it is finished. */
    constructor(
        private readonly description: Description,
        private readonly firmwareVersion: number,
        private readonly options: PipelineOptions
    ) {
        this.hash.update(JSON.stringify(description))
        this.rf = isRf(description) ? new RfFrames(description) : undefined
        try {
            if (description.pair_list === PAIRS_NONE) this.openStage({})
            else {
                this.raw = this.openRaw()
                if (options.sent) this.openStage(options.sent(description))
            }
        } catch (error) {
            this.fail(error)
        }
    }

    get isChannelData(): boolean {
        return this.description.pair_list !== PAIRS_NONE
    }

    /** Pictures made, of all frames. */
    get fractionMade(): number {
        return (this.stage?.pictures.made ?? 0) / this.marks.length
    }

    /** Whether there can be no results, for a reason that {@link finish} throws. */
    get hasFailed(): boolean {
        return this.failure !== undefined
    }

    /** The next frame at speed. */
    add(frame: AssembledFrame): void {
        if (this.failure || this.isFull) return
        try {
            this.take(frame)
        } catch (error) {
            this.fail(error)
        }
    }

    room(): Promise<void> | undefined {
        const { stage } = this
        if (!stage?.pool.hasThreads || stage.pool.waiting <= WAITING_MAX) return undefined
        return stage.pool.until(WAITING_MAX / 2)
    }

    /**
     * Finds borders and measures. Pictures are made meanwhile, and afterwards.
     * @param onReady gets the results once, when they can be looked at; they are refined later
     * @throws RunError
     */
    async finish(run: ReceivedRun, onReady: (results: RunResults) => void): Promise<RunResults> {
        const { description, marks } = this
        if (this.raw && !this.stage && !this.failure) this.openForFinish(run)
        const { stage } = this
        if (this.failure || !stage) throw this.failure
        if (!stage.pool.hasThreads) stage.pool.startHere()
        if (this.raw) await this.beamformRest(stage)
        const { ringDown, use } = await this.finalRingDown(stage)
        if (stage.ringDown !== ringDown) await stage.restart(ringDown)
        stage.imaged(marks.length)
        const results: Results = {
            ...{ description, frames: stage.frames, ringDown, ringDownUse: use },
            ...{ geometry: stage.options.geometry, fixedDirection: stage.options.fixedDirection },
            ...{ dataHash: this.hash.digest(), borders: [] },
            ...{ vesselBorders: [], measures: [] },
            ...{ rotation: null, refined: true },
        }
        await this.findBorders(stage, results, onReady)
        // Only rotational catheters.
        if (catheterNamed(description.catheter, run.spec)?.rotor_sign) {
            const rotation = await stage.pool.do("rotation", { places: marks })
            results.rotation = rotation
            if (rotation) results.measures = withRunFlags(results.measures, { rotation })
        }
        onReady(results)
        return results
    }

    /**
     * Waits for all pictures and files.
     * @returns what refers to pullback.dcm, or why there is none; the other one is null
     */
    async finishPictures(
        run: ReceivedRun,
        about: DicomAbout,
        results: RunResults
    ): Promise<{ pullback: DicomReference | null; note: string | null }> {
        const { folder } = this.options
        const stage = this.stage!
        if (!folder) return { pullback: null, note: null }
        const view = this.drawLongitudinal(stage, folder)
        const { geometry, fixedDirection } = results
        const size = pictureSize(geometry, fixedDirection)
        const pullback = await stage.pictures.finish(
            () => dicomAttributes(run, about, results, size),
            () => ({
                ...{ catheter: this.description.catheter, ...verdictOf(run), size },
                positionsMm: this.marks.map(mark => mark.positionMm),
            })
        )
        const picture = await view
        if (picture) {
            const attributes = longitudinalAttributes(run, about, results, picture, pullback)
            folder.write(
                "longitudinal.dcm",
                await singlePicture(attributes, picture.greys, this.dicomHead)
            )
        }
        if (stage.failure) throw stage.failure
        return { pullback, note: stage.pictures.note }
    }

    /** Encodes the data set of a DICOM file. */
    get dicomHead(): typeof dicomHead {
        return dicomHeadIn(this.stage!.pool)
    }

    /** @returns undefined if there is none */
    private async drawLongitudinal(
        stage: ImageStage,
        folder: PipelineFolder
    ): Promise<GreyImage | undefined> {
        const { window_end_nm, window_start_nm } = this.description
        const lengthMm = (window_end_nm - window_start_nm) / 1e6
        const name = "longitudinal.png"
        const path = folder.pathOf(name)
        try {
            const given = { places: this.marks, lengthMm, path }
            const picture = await stage.pool.do("longitudinal", given, USUAL)
            folder.wrote(name)
            return picture
        } catch (error) {
            if (isDiskError(error)) folder.failed(name, error)
            else stage.onError(error)
            return undefined
        }
    }

    /** Draws a chart of the timing report. */
    draw(chart: Chart): Promise<string> {
        return this.stage!.pool.do("chart", chart, USUAL)
    }

    /** Draws for a report after {@link finish}: in the threads, or here when they have ended. */
    get artist(): ReportArtist {
        const { pool } = this.stage!
        const made = async <K extends TaskName>(
            name: K,
            given: Tasks[K]["given"]
        ): Promise<Tasks[K]["made"]> =>
            pool.hasEnded ? pool.doHere(name, given) : pool.do(name, given, USUAL)
        return {
            chart: chart => made("alongChart", chart),
            picture: i => made("picturePng", { i }),
            longitudinal: (lengthMm, pxPerMm) =>
                made("longitudinalPng", { places: this.marks, lengthMm, pxPerMm }),
        }
    }

    /** Nothing more is made; the frames stay. */
    async endThreads(): Promise<void> {
        await this.stage?.pool.close()
    }

    async close(): Promise<void> {
        await this.stage?.close()
        this.raw?.scratch.close()
        this.failure ??= new Error("The pipeline is closed.")
    }

    private openRaw(): NonNullable<typeof this.raw> {
        const { lines_per_frame: lines, samples_per_line, sample_format } = this.description
        const scratch = new ScratchFile(this.options.folder?.pathOf("channel-data"))
        const lineBytes = samples_per_line * sampleBytes(sample_format)
        return { scratch, file: new FrameFile({ fd: scratch.fd, lines, lineBytes }) }
    }

    private openStage(sent: SentData): void {
        const { description, options, firmwareVersion, raw } = this
        const { apodisation, soundSpeedMPerS, references } = options.choice
        const choice = {
            ...(apodisation && { apodisation }),
            ...(soundSpeedMPerS !== undefined && { soundSpeedMPerS }),
        }
        const geometry = raw
            ? beamformerOf(description, choice, sent).geometry
            : geometryOf(description)
        asRunError(() => checkGeometry(geometry))
        const fixedDirection = isFixedDirection(description)
        this.stage = new ImageStage({
            ...{ description, geometry, fixedDirection, marks: this.marks },
            ...{ folder: options.folder, workers: options.workers },
            channelData: raw && { raw: raw.file.shape, description, choice, sent },
        })
        if (raw) this.stage.beginWithoutRingDown()
        else {
            const key = referenceKey(description, firmwareVersion)
            this.ringDown = new RingDownChoice(geometry, key, references)
            if (this.ringDown.current) this.stage.begin(this.ringDown.current)
        }
    }

    private take(frame: AssembledFrame): void {
        const { marks, hash, stage, raw, ringDown } = this
        const i = marks.length
        if (raw) raw.file.write(i, frame.codes, frame.present)
        else {
            const { codes } = this.rf ? this.rf.detect(frame) : frame
            stage!.file.write(i, codes, frame.present)
            ringDown!.add({ codes, present: frame.present })
        }
        hash.update(`${frame.timeMs} ${frame.positionMm}`)
        hash.update(frame.present).update(frame.codes)
        marks.push(markOf(frame))
        if (!stage) return
        const before = raw ? CHANNEL_FRAMES_BEFORE_THREADS : FRAMES_BEFORE_THREADS
        if (marks.length === before) stage.pool.start()
        if (raw) {
            if (i > 0) this.orderBeamforming(stage, i - 1)
        } else {
            if (!stage.ringDown && ringDown!.current) stage.begin(ringDown!.current)
            stage.imaged(marks.length)
        }
    }

    /** Beamforms a frame whose follower is in the file, or the last one. */
    private orderBeamforming(stage: ImageStage, i: number): void {
        const orders = [i - 1, i, i + 1].map(k => {
            const mark = this.marks[k]
            if (!mark) return null
            const { index, timeMs, positionMm } = mark
            return { index, timeMs, positionMm }
        }) as [null, never, null]
        const done = stage.pool.do("beamform", { i, orders }).then(() => {
            this.beamformed[i] = true
            while (this.beamformed[this.beamformedUpTo]) this.beamformedUpTo++
            stage.imaged(this.beamformedUpTo)
        })
        done.catch(stage.onError)
        this.orders.push(done)
    }

    /** The pairs and the spec that were sent are known only now. */
    private openForFinish({ pairs, spec }: ReceivedRun): void {
        try {
            this.openStage({ ...(pairs && { pairs }), ...(spec && { spec }) })
            if (this.marks.length >= CHANNEL_FRAMES_BEFORE_THREADS) this.stage!.pool.start()
            for (let i = 0; i + 1 < this.marks.length; i++) this.orderBeamforming(this.stage!, i)
        } catch (error) {
            this.fail(error)
        }
    }

    private async beamformRest(stage: ImageStage): Promise<void> {
        this.orderBeamforming(stage, this.marks.length - 1)
        const { orders } = this
        for (const [done, order] of orders.entries()) {
            this.options.progress(done / orders.length, "beamforming")
            try {
                await order
            } catch (error) {
                throw isDiskError(error) ? error : new RunError((error as Error).message)
            }
        }
    }

    private async finalRingDown({ pool, options }: ImageStage): Promise<FinalRingDown> {
        const { ringDown, marks } = this
        if (!ringDown) return { ringDown: this.stage!.ringDown!, use: NO_RING_DOWN }
        const stored = ringDown.stored?.ringDown
        const count = marks.length
        this.options.progress(undefined, options.fixedDirection ? "results" : "finding the lumen")
        const residualDb = stored && (await pool.do("residual", { count, stored }))
        // A short run's first frames are all of them.
        if (count <= RING_DOWN_FRAMES) return ringDown.final(residualDb)
        return ringDown.final(residualDb, first => pool.do("ringDown", { count, first }))
    }

    private async findBorders(
        stage: ImageStage,
        results: Results,
        onReady: (results: RunResults) => void
    ): Promise<void> {
        if (results.fixedDirection) return
        this.options.progress(undefined, "finding the lumen")
        const positionsMm = this.marks.map(mark => mark.positionMm)
        Object.assign(
            results,
            await stage.borders.finish(positionsMm, provisional => {
                Object.assign(results, provisional, { refined: false })
                onReady(results)
            }),
            { refined: true }
        )
        const { lines_per_frame: lines } = this.description
        const branches = await inSteps(branchSteps(results.borders, positionsMm))
        results.measures = withRunFlags(results.measures, {
            branches,
            presentShares: this.marks.map(({ linesPresent }) => linesPresent / lines),
        })
        const indices = this.marks.map(({ index }) => index)
        const { edits = NO_EDITS } = this.options
        if (edits.borders.length + edits.references.length + edits.accepted.length > 0)
            this.checkEdits(results, indices, edits)
        const { borders, vesselBorders, measures } = results
        results.automatic = { borders, vesselBorders, measures }
        Object.assign(results, withEdits(results, indices, edits))
    }

    /** @throws UsageError */
    private checkEdits(results: Results, indices: readonly number[], edits: Edits): void {
        const positionsMm = this.marks.map(({ positionMm }) => positionMm)
        const timesMs = this.marks.map(({ timeMs }) => timeMs)
        const mode = modeOf(this.description)
        const { measures, geometry } = results
        const automatic = { positionsMm, timesMs, measures, mode, edits: NO_EDITS }
        const { lesion, lesions } = measureSegment(automatic)
        const run = { borders: results.borders, indices, positionsMm, lesion, lesions }
        const defect = editsDefect(edits, { ...run, depthMm: depthMm(geometry) })
        if (defect !== undefined) throw new UsageError(defect)
    }

    private fail(error: unknown): void {
        const { folder } = this.options
        if (!isDiskError(error)) this.failure = error
        else if (folder) {
            this.isFull = true
            folder.failed("frames", error)
        } else
            this.failure = new RunError(
                `The frames do not fit into the folder of temporary files (${diskReason(error)}); make room there, or name another folder in TMPDIR.`
            )
    }
}

function markOf(frame: AssembledFrame): FrameMark {
    const { index, timeMs, positionMm, linesAtSpeed, linesPresent, tickUs, triggers } = frame
    return { index, timeMs, positionMm, linesAtSpeed, linesPresent, tickUs, triggers }
}
