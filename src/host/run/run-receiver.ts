// Collects everything a board sends about one run, live or from a capture: messages, test lines, frames and counts.

import * as burst from "../../shared/protocol/burst"
import { getNumber, type Layout, type Message } from "../../shared/protocol/bytes"
import {
    LINE_HEADER_LENGTH,
    LINE_FLAGS_AT,
    LINE_INDEX_AT,
    LINE_TEST,
    recordLength,
    testSample,
} from "../../shared/acquisition/line-record"
import { warningsIn } from "../../shared/alarms"
import { EVENT_LEFT_OUT } from "../../shared/codes"
import * as messages from "../../shared/protocol/messages"
import { FrameAssembler, type KeptOfFrames } from "../frames/frame-assembler"
import { type AssembledFrame } from "../frames/assembled-frame"
import { BurstStream, type Burst, type BurstHeader } from "../link/burst-stream"
import type { BurstCheck } from "../link/cart-session"
import { descriptionDefect } from "../link/description-check"
import type { Report } from "./alarm"

/** Lines dropped by the board, by cause, as counted in its burst headers. */
export interface DroppedLines {
    fifo: number
    credit: number
    crc: number
    gate: number
}

/** What is kept of the header of a line burst: a long run has hundreds of thousands, and a whole header takes 300 bytes. */
export type LineBurst = Pick<
    BurstHeader,
    "tick_us" | "position_nm" | "speed_nm_s" | "speed_epoch" | "lines"
>

function lineBurstOf(header: BurstHeader): LineBurst {
    const { tick_us, position_nm, speed_nm_s, speed_epoch, lines } = header
    return { tick_us, position_nm, speed_nm_s, speed_epoch, lines }
}

/** Called as messages are received. */
export interface RunListener {
    /**
     * Gets all bytes in order, each time up to the end of one burst or of skipped bytes, before the other calls for that burst.
     * So the order of calls does not depend on the pieces in which the bytes are received.
     * @param isUsed whether the burst passed all checks
     */
    onBytes?(bytes: Uint8Array, isUsed: boolean): void
    onHello?(hello: messages.Hello): void
    onStatus?(status: messages.Status): void
    onEvent?(event: messages.Event): void
    /** Why the board's program started, and what it did before; after each session opens. */
    onRestart?(restart: messages.Restart): void
    onRefusal?(refusal: messages.Refusal): void
    onReject?(reason: number): void
    onDescription?(description: messages.Description): void
    /** A description was refused. @param defect why, as a clause */
    onOddDescription?(defect: string): void
    /** Any line burst, test lines included, once its bytes have been processed. */
    onLines?(header: BurstHeader, bytes: number): void
    /** A frame is complete, at speed or not. Its buffers are not reused. */
    onFrame?(frame: AssembledFrame): void
    onEnd?(end: messages.End): void
    /** The summary of a run that this receiver did not receive: another host's, or one cut by a lost connection. */
    onUnknownRunEnd?(end: messages.End): void
    /** One register of a requested dump. */
    onRegister?(register: messages.RegisterValue): void
    /** One entry of the cart's event log; one with number 0 ends the list. */
    onLogEntry?(entry: messages.LogEntry): void
    /** One sample of a stroke of a calibration. */
    onSurvey?(survey: messages.Survey): void
}

/** Lines fired by the front end; undefined without a summary, or if the front end could not count them. */
export function linesFired(end: messages.End | undefined): number | undefined {
    return end?.lines_fired === messages.LINES_UNKNOWN ? undefined : end?.lines_fired
}

/** Receives from one board; a new description starts a new run. */
export class RunReceiver {
    readonly stream: BurstStream
    hello: messages.Hello | undefined
    /** The latest hello as it was received. */
    helloBytes: Uint8Array | undefined
    description: messages.Description | undefined
    /** Why the latest description was refused, as a clause; undefined if it was not. */
    descriptionDefect: string | undefined
    assembler: FrameAssembler | undefined
    end: messages.End | undefined
    restart: messages.Restart | undefined
    readonly events: messages.Event[] = []
    /** Events before the first one that belongs to the present run: those of earlier runs of the session. */
    private earlierEvents = 0
    private eventsAtEnd = 0
    /** Warnings that were present in a status of the run and had begun before it, without their values. */
    private earlierWarnings: Report[] = []
    readonly dropped: DroppedLines = { fifo: 0, credit: 0, crc: 0, gate: 0 }
    /** The run's line bursts, in order; empty in a receiver that keeps nothing. */
    readonly lineBursts: LineBurst[] = []
    /** Gets what a capture holds: all bytes in order, with forged bursts marked as such. */
    record: ((bytes: Uint8Array) => void) | undefined
    bytes = 0
    testLines = 0
    testLinesWrong = 0
    insecure = false

    /**
     * @param session replies to the board and authenticates its bursts; absent for a capture
     * @param keeps "frames": all samples; "marks": places and times of bursts and frames, for a run whose frames go to
     * disk; "nothing": for a receiver that runs for hours
     */
    constructor(
        private readonly listener: RunListener = {},
        private readonly session?: BurstCheck,
        private readonly keeps: KeptOfFrames = "frames"
    ) {
        this.stream = new BurstStream(
            b => this.take(b),
            session?.isTrusted,
            (bytes, isUsed) => {
                this.record?.(bytes)
                this.listener.onBytes?.(bytes, isUsed)
            }
        )
    }

    push(bytes: Uint8Array): void {
        this.bytes += bytes.length
        this.stream.push(bytes)
    }

    /** Ends the stream. */
    finish(): void {
        this.stream.end()
        this.assembler?.end(linesFired(this.end))
    }

    /** The events since the end of the run before, or since the session opened. */
    get runEvents(): readonly messages.Event[] {
        return this.events.slice(this.earlierEvents)
    }

    /** Events and warnings of the run: also a warning that began before it and was not over. */
    get runReports(): readonly Report[] {
        return [...this.earlierWarnings, ...this.runEvents]
    }

    private takeStatus(status: messages.Status): void {
        if (this.description && !this.end)
            for (const { code } of warningsIn(status.warnings))
                if (!this.runReports.some(report => report.code === code))
                    this.earlierWarnings.push({ code, value: undefined, time_ms: status.time_ms })
        this.listener.onStatus?.(status)
    }

    /** A copy of the present state, which the next run does not change. */
    snapshot(): RunReceiver {
        const { stream, events, lineBursts, dropped } = this
        const now = Object.create(RunReceiver.prototype) as RunReceiver
        return Object.assign(now, this, {
            stream: { faults: { ...stream.faults }, refusedHeaders: stream.refusedHeaders },
            events: [...events],
            earlierWarnings: [...this.earlierWarnings],
            lineBursts: [...lineBursts],
            dropped: { ...dropped },
        })
    }

    private take(b: Burst): void {
        const { header } = b
        const { listener } = this
        this.insecure ||= (header.flags & burst.FLAG_INSECURE) !== 0
        this.session?.receive(b)
        switch (header.type) {
            case burst.TYPE_LINES:
                return this.takeLines(b)
            case burst.TYPE_HELLO:
                return this.read(b, messages.HELLO, m => {
                    this.hello = m
                    this.helloBytes = Uint8Array.from(b.bytes)
                    listener.onHello?.(m)
                })
            case burst.TYPE_STATUS:
                return this.read(b, messages.STATUS, m => this.takeStatus(m))
            case burst.TYPE_EVENT:
                return this.read(b, messages.EVENT, m => {
                    this.events.push(m)
                    if (m.code === EVENT_LEFT_OUT) this.assembler?.leaveOut(m.value >>> 0)
                    listener.onEvent?.(m)
                })
            case burst.TYPE_REFUSAL:
                return this.read(b, messages.REFUSAL, m => listener.onRefusal?.(m))
            case burst.TYPE_REJECT:
                return this.read(b, messages.REJECT, m => listener.onReject?.(m.reason))
            case burst.TYPE_DESCRIPTION:
                return this.read(b, messages.DESCRIPTION, m => this.describe(m))
            case burst.TYPE_REGISTER:
                return this.read(b, messages.REGISTER, m => listener.onRegister?.(m))
            case burst.TYPE_RESTART:
                return this.read(b, messages.RESTART, m => {
                    this.restart = m
                    listener.onRestart?.(m)
                })
            case burst.TYPE_LOG_ENTRY:
                return this.read(b, messages.LOG_ENTRY, m => listener.onLogEntry?.(m))
            case burst.TYPE_SURVEY:
                return this.read(b, messages.SURVEY, m => listener.onSurvey?.(m))
            case burst.TYPE_END:
                return this.read(b, messages.END, m => this.takeEnd(m))
        }
    }

    private read<L extends Layout>(b: Burst, fields: L, use: (message: Message<L>) => void): void {
        const view = b.payload
        if (messages.payloadIsValid(view, 0, b.payload.length, fields))
            use(messages.readPayload(view, 0, fields))
        else this.stream.faults.messagesDamaged++
    }

    /** The end message may arrive in a later session than the run's A-lines, even at a host that did not receive the run. */
    private takeEnd(end: messages.End): void {
        if (end.run !== this.description?.run) return this.listener.onUnknownRunEnd?.(end)
        // The board repeats it when a session opens.
        if (!this.end && this.closeCounts(end)) this.listener.onEnd?.(end)
    }

    /**
     * Completes the counts of a cut run with the summary that another receiver got in a later session.
     * @returns whether the summary belongs to this run
     */
    closeCounts(end: messages.End): boolean {
        if (end.run !== this.description?.run) return false
        this.end = end
        this.eventsAtEnd = this.events.length
        this.mergeDropCounts(end)
        this.assembler?.end(linesFired(end))
        return true
    }

    /** Whether a run is in progress; if the connection is lost now, the run is cut. */
    get inRun(): boolean {
        return this.description !== undefined && this.end === undefined
    }

    private describe(description: messages.Description): void {
        this.descriptionDefect = descriptionDefect(description)
        if (this.descriptionDefect !== undefined) {
            // The lines that follow cannot be assigned to a run.
            this.stream.faults.messagesDamaged++
            this.description = this.assembler = undefined
            this.listener.onOddDescription?.(this.descriptionDefect)
            return
        }
        this.description = description
        this.earlierEvents = this.eventsAtEnd
        this.earlierWarnings = []
        const { listener } = this
        this.assembler = new FrameAssembler(
            description,
            listener.onFrame && (frame => listener.onFrame!(frame)),
            this.keeps
        )
        this.end = undefined
        this.lineBursts.length = 0
        this.dropped.fifo = this.dropped.credit = 0
        this.dropped.crc = this.dropped.gate = 0
        this.listener.onDescription?.(description)
    }

    /** Lines dropped after the last burst are counted in the summary only. */
    private mergeDropCounts(end: messages.End): void {
        const { dropped } = this
        dropped.fifo = Math.max(dropped.fifo, end.lines_dropped_fifo)
        dropped.credit = Math.max(dropped.credit, end.lines_dropped_credit)
        dropped.crc = Math.max(dropped.crc, end.lines_dropped_crc)
        dropped.gate = Math.max(dropped.gate, end.lines_dropped_gate)
    }

    private takeLines(b: Burst): void {
        const { header } = b
        if (header.flags & burst.FLAG_TEST_LINES) this.checkTestLines(b)
        else {
            if (this.keeps !== "nothing") this.lineBursts.push(lineBurstOf(header))
            this.dropped.fifo += header.dropped_fifo
            this.dropped.credit += header.dropped_credit
            this.dropped.crc += header.dropped_crc
            this.dropped.gate += header.dropped_gate
            this.assembler?.add(b)
        }
        this.listener.onLines?.(header, burst.BURST_HEADER_LENGTH + b.payload.length)
    }

    /** Test lines verify byte order, formats and the whole path before the first echo. */
    private checkTestLines(b: Burst): void {
        const { payload, goodLines } = b
        const length = payload.length / goodLines.length
        const samples = length - recordLength(0)
        goodLines.forEach((good, i) => {
            this.testLines++
            const at = i * length
            const from = at + LINE_HEADER_LENGTH
            const index = getNumber(payload, at + LINE_INDEX_AT, "u16")
            const flags = getNumber(payload, at + LINE_FLAGS_AT, "u16")
            good &&= (flags & LINE_TEST) !== 0
            for (let k = 0; good && k < samples; k++)
                good = payload[from + k] === testSample(index, k)
            if (!good) this.testLinesWrong++
        })
    }
}
