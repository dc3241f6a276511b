// Responsible for: A-lines to frames, and every line that is missing from them.
// Not for: reading the link (../link) or pictures (../picture).

import * as record from "../../shared/acquisition/line-record"
import type { Description } from "../../shared/protocol/messages"
import type { Burst } from "../link/burst-stream"
import type {
    AssembledFrame,
    FrameTrigger,
    ImagedStretch,
    LineCounts,
    LineGap,
    LinePlace,
} from "./assembled-frame"

/** Gaps that are remembered one by one; of a link that loses more only their number counts. */
const GAPS_MAX = 1000

/** One frame on its way; the fields are as in the line records. */
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
 * Collects the frames of one pullback. Frames of which half of the lines or more
 * were fired at speed are kept; the others only count.
 */
export class FrameAssembler {
    readonly frames: AssembledFrame[] = []
    readonly counts: LineCounts = {
        received: 0,
        missing: 0,
        repeated: 0,
        atSpeed: 0,
        otherEpoch: 0,
        framesMissing: 0,
    }
    /** Which lines never came, in their order, at most {@link GAPS_MAX} stretches; {@link counts} holds all. */
    readonly gaps: LineGap[] = []
    /** What was flagged, in order of time. */
    readonly stretches: ImagedStretch[] = []

    private open: OpenFrame | undefined
    private stretch: ImagedStretch | undefined
    /** That of the stretch under way. */
    private last = { line: 0, tickUs: 0, positionNm: 0 }
    private nextLine = 0
    private lastTick = 0
    private wraps = 0
    private firstId: number | undefined
    /** Of the first frame of all: from it those are counted that are only watched. */
    private firstFrame: { id: number; tickUs: number } | undefined

    /** Of samples: codes, or the int16 of element data. */
    private readonly bytesPerLine: number

    /**
     * @param onFrame gets every frame as it is finished, those as well that are not at speed: their index and
     * time count from the run's first frame
     */
    constructor(
        private readonly description: Description,
        private readonly onFrame?: (frame: AssembledFrame) => void
    ) {
        this.bytesPerLine =
            description.samples_per_line * record.sampleBytes(description.sample_format)
    }

    /** Takes the good lines of a burst. */
    take(burst: Burst): void {
        const { payload, goodLines } = burst
        if (goodLines.length === 0) return
        const length = payload.length / goodLines.length
        const epoch = burst.header.speed_epoch & 0xff
        const view = new DataView(payload.buffer, payload.byteOffset, payload.length)
        for (let i = 0; i < goodLines.length; i++)
            if (goodLines[i]) this.takeLine(payload, view, i * length, length, epoch)
    }

    /** The run is over: the last frame is finished as it is. */
    end(linesFired: number | undefined): void {
        this.close()
        if (linesFired === undefined) return
        const ahead = (linesFired - this.nextLine) | 0
        if (ahead <= 0) return
        this.countMissing(ahead)
        this.nextLine = linesFired
    }

    /** The next `count` lines never came. */
    private countMissing(count: number): void {
        this.counts.missing += count
        if (count === 0 || this.gaps.length === GAPS_MAX) return
        const first = this.nextLine
        this.gaps.push({ first, last: (first + count - 1) >>> 0 })
    }

    /** @param view of `payload`: there are millions of lines, so their fields are read where they stand */
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
        // Modulo 2^32, as the front end counts. Damage can double a record within its burst.
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

    /** Makes no object a line: there are millions of them. */
    private extendStretch(line: number, tickUs: number, positionNm: number, epoch: number): void {
        if (this.stretch?.epoch !== epoch) {
            this.last = { line, tickUs, positionNm }
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

    /** Frame numbers go up by one, modulo 2^16, also where a frame is cut. */
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
        if (shown) this.firstId ??= frame.id
        const firstId = shown ? this.firstId! : this.firstFrame.id
        const firstUs = shown ? (this.frames[0]?.tickUs ?? tickUs) : this.firstFrame.tickUs
        const finished: AssembledFrame = {
            index: (frame.id - firstId) & 0xffff,
            timeMs: (tickUs - firstUs) / 1000,
            positionMm: frame.positionsMm[middle]! - this.description.window_start_nm / 1e6,
            codes: frame.codes,
            present: frame.present,
            linesAtSpeed: frame.linesAtSpeed,
            linesPresent: frame.lines,
            tickUs,
            triggers: frame.triggers,
        }
        if (shown) this.frames.push(finished)
        this.onFrame?.(finished)
    }

    /** Half of the lines at speed; one that was cut short by the window's end has too few lines to be one. */
    private isImaged(frame: OpenFrame): boolean {
        return (
            frame.linesAtSpeed * 2 >= frame.lines &&
            frame.linesAtSpeed * 4 >= this.description.lines_per_frame
        )
    }

    /** The line clock has 32 bits of microseconds: it starts again after 71 minutes. */
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
