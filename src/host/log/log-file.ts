// A log file: one line an entry, whole or not at all, rotated by size. A log that cannot be written stops nothing.

import {
    closeSync,
    existsSync,
    fstatSync,
    mkdirSync,
    openSync,
    readSync,
    renameSync,
    statSync,
    writeSync,
} from "node:fs"
import { dirname, resolve } from "node:path"
import { dateMs, stampOf } from "../clock"
import { diskReason } from "../disk-reason"
import { logText } from "./log-text"

/** What an entry is about; the second word of its line. */
export type LogKind =
    | "asked" // what the user asked for
    | "host" // this program
    | "cart" // what a cart says of itself
    | "event"
    | "alarm"
    | "refused"
    | "run" // start and end of a run
    | "note" // what was printed while it went on
    | "warning"
    | "error"
    | "verdict"

export interface LogOptions {
    /** An entry that would make the file longer begins a new one; left out, it is never rotated. */
    readonly maxBytes?: number
    /** Old files that are kept beside it. */
    readonly oldFiles?: number
    /** An entry with the text of an earlier one is counted instead, for this time. */
    readonly repeatMs?: number
    readonly nowMs?: () => number
    /** Writes bytes to the open file, and returns how many. */
    readonly write?: (fd: number, bytes: Uint8Array) => number
}

/** Different texts that are remembered because of {@link LogOptions.repeatMs}. */
const REPEATS_MAX = 32

export class LogFile {
    private fd: number | undefined
    private size = 0
    /** Entries since the last one that was written. */
    private lost = 0
    private hasReported = false
    private hasEnded = false
    private readonly repeated = new Map<string, { untilMs: number; count: number }>()
    private readonly nowMs: () => number

    /** @param report gets one sentence when the file cannot be written, once */
    constructor(
        private path: string,
        private readonly report: (line: string) => void,
        private readonly options: LogOptions = {}
    ) {
        this.nowMs = options.nowMs ?? dateMs
    }

    /** Adds an entry; on return the operating system has it. Never throws. */
    write(kind: LogKind, text: string): void {
        if (this.hasEnded) return
        const entry = `${kind.padEnd(7)} ${logText(text)}`
        const repeats = this.repeats(entry)
        if (repeats === undefined) return
        const lost = this.lost === 0 ? "" : ` (${this.lost} entries before this one were lost)`
        const again = repeats === 0 ? "" : ` (and ${repeats} times before)`
        try {
            this.append(Buffer.from(`${stampOf(this.nowMs())} ${entry}${again}${lost}\n`))
            this.lost = 0
        } catch (error) {
            this.close()
            this.lost++
            if (this.hasReported) return
            this.hasReported = true
            this.report(
                `The log "${logText(this.path)}" cannot be written (${diskReason(error)}); everything else goes on.`
            )
        }
    }

    /** Its folder is gone: goes on in another file, which gets what was written so far if that can still be read. Never throws. */
    goOnIn(path: string): void {
        const before = this.written()
        this.close()
        this.path = path
        if (before.length === 0 || this.hasEnded) return
        try {
            this.append(before)
        } catch {
            // The next entry says that it cannot be written.
        }
    }

    /** Later entries are ignored. */
    end(): void {
        this.hasEnded = true
        this.close()
    }

    /** What is in the open file. */
    private written(): Uint8Array {
        const { fd } = this
        try {
            if (fd === undefined) return Buffer.alloc(0)
            const bytes = Buffer.alloc(fstatSync(fd).size)
            return bytes.subarray(0, readSync(fd, bytes, 0, bytes.length, 0))
        } catch {
            return Buffer.alloc(0)
        }
    }

    private close(): void {
        const { fd } = this
        this.fd = undefined
        try {
            if (fd !== undefined) closeSync(fd)
        } catch {
            // What was written is with the operating system.
        }
    }

    /** @returns how often the entry came since it was last written; undefined if it is not to be written now */
    private repeats(entry: string): number | undefined {
        const { repeatMs } = this.options
        if (repeatMs === undefined) return 0
        const nowMs = this.nowMs()
        const known = this.repeated.get(entry)
        if (known && nowMs < known.untilMs && nowMs >= known.untilMs - repeatMs) {
            known.count++
            return undefined
        }
        this.repeated.delete(entry)
        this.repeated.set(entry, { untilMs: nowMs + repeatMs, count: 0 })
        const oldest = this.repeated.keys().next().value!
        if (this.repeated.size > REPEATS_MAX) this.repeated.delete(oldest)
        return known?.count ?? 0
    }

    private append(bytes: Uint8Array): void {
        this.fd ??= this.open()
        const { maxBytes = Infinity } = this.options
        if (this.size > 0 && this.size + bytes.length > maxBytes) {
            this.rotate()
            this.fd = this.open()
        }
        const write = this.options.write ?? writeSync
        for (let at = 0; at < bytes.length;) {
            const count = write(this.fd, bytes.subarray(at))
            at += count
            this.size += count
        }
    }

    private open(): number {
        const { path } = this
        makeFolder(dirname(resolve(path)))
        // A pipe would hold up the program.
        if (statSync(path, { throwIfNoEntry: false })?.isFile() === false)
            throw new Error("it is not a file")
        const fd = openSync(path, "a+")
        this.size = fstatSync(fd).size
        const last = Buffer.alloc(1)
        // An entry that was cut by a full disk or a power cut ends here.
        if (this.size > 0 && readSync(fd, last, 0, 1, this.size - 1) === 1 && last[0] !== 10)
            this.size += writeSync(fd, "\n")
        return fd
    }

    /** `serve.log` becomes `serve.1.log`, that `serve.2.log`, and so on; the oldest one is replaced. */
    private rotate(): void {
        this.close()
        for (let n = this.options.oldFiles ?? 1; n > 0; n--) {
            const from = n === 1 ? this.path : oldName(this.path, n - 1)
            if (existsSync(from)) renameSync(from, oldName(this.path, n))
        }
    }
}

/** Level by level: Node's recursive mkdir hangs below /proc. */
function makeFolder(folder: string): void {
    if (existsSync(folder)) return
    makeFolder(dirname(folder))
    mkdirSync(folder)
}

function oldName(path: string, n: number): string {
    return path.replace(/(\.[^./\\]*)?$/, ending => `.${n}${ending}`)
}
