// Assembles A-lines into frames and counts the lines that are missing.

import * as record from "../../shared/acquisition/line-record"
import type { Description } from "../../shared/protocol/messages"
import type { Burst } from "../link/burst-stream"
import type {
    AssembledFrame,
    FrameMark,
    FrameTrigger,
    ImagedStretch,
    LineCounts,
    LineGap,
    LinePlace,
} from "./assembled-frame"

/** Maximum number of gaps that are stored; more are only counted. */
const GAPS_MAX = 1000

/** What is kept of the frames at speed; memory for the samples of all of them is 65 kB a frame. */
export type KeptOfFrames = "frames" | "marks" | "nothing"

/** A frame that is being assembled; fields as in the line records. */
interface OpenFrame {
    id: number
    codes: Uint8Array
    present: Uint8Array
    lines: number
    linesAtSpeed: number
    ticksUs: Float64Array
    positionsMm: Float64Array
    triggers: FrameTrigger[]
}

/**
 * Collects the frames of one pullback. A frame is kept if at least half of its lines were fired at speed; others are
 * only counted.
 */
export class FrameAssembler {
    /** The frames at speed with their samples; empty unless `keeps` is "frames". */
    readonly frames: AssembledFrame[] = []
    /** The same frames without samples; empty if `keeps` is "nothing". */
    readonly marks: FrameMark[] = []
    readonly counts: LineCounts = {
        received: 0,
        missing: 0,
        repeated: 0,
        atSpeed: 0,
        otherEpoch: 0,
        framesMissing: 0,
    }
    /** Lines that were not received, in order, at most {@link GAPS_MAX} gaps; {@link counts} counts all. */
    readonly gaps: LineGap[] = []
    /** Sections of lines at speed, in order of time. */
    readonly stretches: ImagedStretch[] = []

    private open: OpenFrame | undefined
    private stretch: ImagedStretch | undefined
    /** Last line of the stretch in progress. */
    private last = { line: 0, tickUs: 0, positionNm: 0 }
    /** Number that the next line has if none is missing. */
    nextLine = 0
    /** Lines that were left out of the capture: those before the pullback, or the oldest part when a disk was full. */
    leftOut = 0
    /** Whether the first line received was at speed. */
    beginsAtSpeed = false
    private lastTick = 0
    private wraps = 0
    /** The first frame at speed. */
    private firstImaged: { id: number; tickUs: number } | undefined
    /** The first frame received, at speed or not. Frames that are not at speed are numbered from it. */
    private firstFrame: { id: number; tickUs: number } | undefined

    /** Bytes of samples a line: codes, or the int16 of channel data. */
    private readonly bytesPerLine: number

    /**
     * @param onFrame called with every complete frame, also those not at speed; index and time of the latter count
     * from the run's first frame
     * @param keeps "nothing" is for a receiver that runs for hours
     */
    constructor(
        private readonly description: Description,
        private readonly onFrame?: (frame: AssembledFrame) => void,
        private readonly keeps: KeptOfFrames = "frames"
    ) {
        this.bytesPerLine =
            description.samples_per_line * record.sampleBytes(description.sample_format)
    }

    /** Adds the good lines of a burst. */
    add(burst: Burst): void {
        const { payload, goodLines } = burst
        if (goodLines.length === 0) return
        const length = payload.length / goodLines.length
        const epoch = burst.header.speed_epoch & 0xff
        const view = new DataView(payload.buffer, payload.byteOffset, payload.length)
        for (let i = 0; i < goodLines.length; i++)
            if (goodLines[i]) this.takeLine(payload, view, i * length, length, epoch)
    }

    /** The lines before this one were left out of the capture; none of them is missing. */
    leaveOut(line: number): void {
        const ahead = (line - this.nextLine) | 0
        if (ahead <= 0) return
        this.leftOut += ahead
        this.nextLine = line
    }

    /**
     * Ends the run: the last frame is closed as it is.
     * @param linesFired by the front end's count; undefined if unknown
     */
    end(linesFired: number | undefined): void {
        this.close()
        if (linesFired === undefined) return
        const ahead = (linesFired - this.nextLine) | 0
        if (ahead <= 0) return
        this.countMissing(ahead)
        this.nextLine = linesFired
    }

    /** Counts the next `count` lines as missing. */
    private countMissing(count: number): void {
        this.counts.missing += count
        if (count === 0 || this.gaps.length === GAPS_MAX) return
        const first = this.nextLine
        this.gaps.push({ first, last: (first + count - 1) >>> 0 })
    }

    /** @param view of `payload`: there are millions of lines, so their fields are read in place */
    private takeLine(
        payload: Uint8Array,
        view: DataView,
        at: number,
        length: number,
        epoch: number
    ): void {
        const { description, counts } = this
        const index = view.getUint16(at + record.LINE_INDEX_AT, true)
        const flags = view.getUint16(at + record.LINE_FLAGS_AT, true)
        const samples = this.bytesPerLine
        if (
            length !== record.recordLength(samples) ||
            index >= description.lines_per_frame ||
            (flags & record.LINE_TEST) !== 0
        )
            return
        // Line numbers wrap at 2^32. Damage can duplicate a record within its burst.
        const line = view.getUint32(at + record.LINE_NUMBER_AT, true)
        const ahead = (line - this.nextLine) | 0
        if (ahead < 0) {
            counts.repeated++
            return
        }
        counts.received++
        if (flags >> record.LINE_EPOCH_SHIFT !== epoch) counts.otherEpoch++
        this.countMissing(ahead)
        this.nextLine = (line + 1) >>> 0
        const id = view.getUint16(at + record.LINE_FRAME_AT, true)
        if (!this.open || this.open.id !== id) {
            this.countMissingFrames(id)
            this.close()
            this.open = this.openFrame(id)
        }
        const frame = this.open
        const from = at + record.LINE_HEADER_LENGTH
        frame.codes.set(payload.subarray(from, from + samples), index * samples)
        const tickUs = this.unwrap(view.getUint32(at + record.LINE_TICK_AT, true))
        const positionNm =
            view.getInt32(at + record.LINE_POSITION_AT, true) * description.encoder_nm_per_count
        frame.present[index] = 1
        frame.ticksUs[index] = tickUs
        frame.positionsMm[index] = positionNm / 1e6
        if (flags & record.LINE_TRIGGER) frame.triggers.push({ line: index, tickUs })
        frame.lines++
        if ((flags & record.LINE_AT_SPEED) === 0) {
            this.stretch = undefined
            return
        }
        frame.linesAtSpeed++
        counts.atSpeed++
        this.extendStretch(line, tickUs, positionNm, flags >> record.LINE_EPOCH_SHIFT)
    }

    get firstAtSpeed(): LinePlace | undefined {
        return this.stretches[0]?.first
    }

    get lastAtSpeed(): LinePlace | undefined {
        return this.stretches.at(-1)?.last
    }

    /** Allocates nothing per line: there are millions of them. */
    private extendStretch(line: number, tickUs: number, positionNm: number, epoch: number): void {
        if (this.stretch?.epoch !== epoch) {
            this.last = { line, tickUs, positionNm }
            if (this.stretches.length === 0) this.beginsAtSpeed = this.counts.received === 1
            this.stretch = {
                first: { line, tickUs, positionNm },
                last: this.last,
                lines: 0,
                epoch,
            }
            this.stretches.push(this.stretch)
        }
        this.last.line = line
        this.last.tickUs = tickUs
        this.last.positionNm = positionNm
        this.stretch.lines++
    }

    /** Frame numbers increase by one, modulo 2^16, also after a truncated frame. */
    private countMissingFrames(id: number): void {
        if (!this.open) return
        const ahead = (id - this.open.id) & 0xffff
        if (ahead < 0x8000) this.counts.framesMissing += ahead - 1
    }

    private openFrame(id: number): OpenFrame {
        const { lines_per_frame: lines } = this.description
        return {
            id,
            codes: new Uint8Array(lines * this.bytesPerLine),
            present: new Uint8Array(lines),
            lines: 0,
            linesAtSpeed: 0,
            ticksUs: new Float64Array(lines),
            positionsMm: new Float64Array(lines),
            triggers: [],
        }
    }

    private close(): void {
        const frame = this.open
        this.open = undefined
        if (!frame) return
        const middle = nearestPresent(frame.present)
        const tickUs = frame.ticksUs[middle]!
        this.firstFrame ??= { id: frame.id, tickUs }
        const shown = this.isImaged(frame)
        if (shown) this.firstImaged ??= { id: frame.id, tickUs }
        const first = shown ? this.firstImaged! : this.firstFrame
        const mark: FrameMark = {
            index: (frame.id - first.id) & 0xffff,
            timeMs: (tickUs - first.tickUs) / 1000,
            positionMm: frame.positionsMm[middle]! - this.description.window_start_nm / 1e6,
            linesAtSpeed: frame.linesAtSpeed,
            linesPresent: frame.lines,
            tickUs,
            triggers: frame.triggers,
        }
        const { codes, present } = frame
        const finished: AssembledFrame = { ...mark, codes, present, isImaged: shown }
        if (shown && this.keeps !== "nothing") this.marks.push(mark)
        if (shown && this.keeps === "frames") this.frames.push(finished)
        this.onFrame?.(finished)
    }

    /** Whether half of the lines are at speed; a frame truncated at the end of the window has too few lines. */
    private isImaged(frame: OpenFrame): boolean {
        return (
            frame.linesAtSpeed * 2 >= frame.lines &&
            frame.linesAtSpeed * 4 >= this.description.lines_per_frame
        )
    }

    /** The line clock has 32 bits of microseconds: it wraps after 71 minutes. */
    private unwrap(tick: number): number {
        if (tick < this.lastTick && this.lastTick - tick > 0x80000000) this.wraps++
        this.lastTick = tick
        return this.wraps * 0x100000000 + tick
    }
}

/** Index of the present line that is nearest to the middle of the frame. */
function nearestPresent(present: Uint8Array): number {
    const middle = present.length >> 1
    for (let away = 0; away <= middle; away++) {
        if (present[middle + away]) return middle + away
        if (present[middle - away]) return middle - away
    }
    return middle
}
