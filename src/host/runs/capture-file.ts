// The capture of a run on its disk: bytes are appended in large pieces. On a full disk they wait in memory, and the oldest part of the
// capture can be let go.

import { closeSync, writeSync } from "node:fs"
import { lettingOldestGo } from "./let-oldest-go"

/** Bytes are collected up to this number. */
const BUFFER_BYTES = 1 << 18
/** A program that is killed loses the bytes of so much time. */
const FLUSH_MS = 500
/** Bytes that wait in memory for a disk that takes none. */
const WAITING_BYTES_MAX = 1 << 24

export class CaptureFile {
    /** Bytes that were never written, or were let go. */
    bytesLost = 0
    private readonly buffer = Buffer.allocUnsafe(BUFFER_BYTES)
    private filled = 0
    /** What the disk did not take, in order. */
    private readonly waiting: Uint8Array[] = []
    private waitingBytes = 0
    private size = 0
    private timer: NodeJS.Timeout | undefined
    /** The oldest part is going, in steps. */
    private going: Generator<undefined, number> | undefined
    /** Resolves when that is done; undefined if nothing goes. */
    lettingGo: Promise<void> | undefined
    private onGone: () => void = () => undefined

    /**
     * @param fd of the empty file, open for reading and writing
     * @param onError gets each error of the disk
     * @param check throws when nobody can find the file
     */
    constructor(
        private openFd: number,
        private readonly onError: (error: unknown) => void,
        private readonly check: () => void = () => undefined
    ) {}

    get fd(): number {
        return this.openFd
    }

    /** Bytes in the file. */
    get bytes(): number {
        return this.size
    }

    /** Goes on in a copy of the file. */
    goOnIn(fd: number): void {
        closeSync(this.openFd)
        this.openFd = fd
    }

    /** Nobody can find the file any more. */
    lose(): void {
        this.bytesLost += this.size
    }

    add(bytes: Uint8Array): void {
        if (this.filled + bytes.length > BUFFER_BYTES) this.flush()
        if (bytes.length > BUFFER_BYTES) return this.append(bytes)
        this.buffer.set(bytes, this.filled)
        this.filled += bytes.length
        this.timer ??= setTimeout(() => this.flush(), FLUSH_MS).unref()
    }

    flush(): void {
        clearTimeout(this.timer)
        this.timer = undefined
        const { filled } = this
        this.filled = 0
        if (filled > 0 || this.waiting.length > 0) this.append(this.buffer.subarray(0, filled))
    }

    /** Makes room: the older half goes, a piece at a time, while what comes waits in memory. */
    letGo(): void {
        if (this.going) return
        this.going = lettingOldestGo(this.fd, this.size)
        this.lettingGo = new Promise(resolve => (this.onGone = resolve))
        setImmediate(() => this.goOn())
    }

    /** Does at once what is left of it. */
    finishLettingGo(): void {
        while (this.going) this.step()
    }

    private goOn(): void {
        this.step()
        if (this.going) setImmediate(() => this.goOn())
    }

    private step(): void {
        const { going, size, onGone } = this
        if (!going) return
        try {
            const { done, value } = going.next()
            if (!done) return
            this.size = value
            this.bytesLost += size - value
        } catch (error) {
            this.onError(error)
        }
        this.going = this.lettingGo = undefined
        // If nothing went, there is no use in trying again now.
        if (this.size < size) this.append(new Uint8Array(0))
        onGone()
    }

    /** Writes what it can, and closes the file. */
    close(): void {
        this.finishLettingGo()
        this.flush()
        this.finishLettingGo()
        this.bytesLost += this.waitingBytes
        this.waiting.length = this.waitingBytes = 0
        closeSync(this.fd)
    }

    private append(bytes: Uint8Array): void {
        if (this.going) return this.keepWaiting(bytes)
        try {
            // A folder that was removed takes bytes as before, and nobody can find them.
            this.check()
            while (this.waiting.length > 0) {
                this.writeOut(this.waiting[0]!)
                this.waitingBytes -= this.waiting.shift()!.length
            }
            this.writeOut(bytes)
        } catch (error) {
            this.keepWaiting(bytes)
            this.onError(error)
        }
    }

    /** A piece that is not written completely does not count: it is written again from its beginning. */
    private writeOut(bytes: Uint8Array): void {
        for (let at = 0; at < bytes.length;)
            at += writeSync(this.fd, bytes, at, bytes.length - at, this.size + at)
        this.size += bytes.length
    }

    private keepWaiting(bytes: Uint8Array): void {
        if (bytes.length === 0) return
        if (this.waitingBytes + bytes.length > WAITING_BYTES_MAX) {
            this.bytesLost += bytes.length
            return
        }
        this.waiting.push(Uint8Array.from(bytes))
        this.waitingBytes += bytes.length
    }
}
