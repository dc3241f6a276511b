// Frames of equal size in a scratch file without a name, which all threads of the process read and write by its descriptor.

import {
    close,
    existsSync,
    mkdtempSync,
    openSync,
    readSync,
    rmdirSync,
    rmSync,
    writeSync,
} from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"

/** What a thread needs to use a file that another thread opened. */
export interface FrameFileShape {
    readonly fd: number
    readonly lines: number
    /** Bytes of the samples of a line. */
    readonly lineBytes: number
}

/** One record for each frame: its codes, then a flag for each line. Its functions throw what the file system throws. */
export class FrameFile {
    private readonly codesBytes: number
    private readonly frameBytes: number

    constructor(readonly shape: FrameFileShape) {
        this.codesBytes = shape.lines * shape.lineBytes
        this.frameBytes = this.codesBytes + shape.lines
    }

    /** A buffer for {@link read}. */
    buffer(): Uint8Array {
        return new Uint8Array(this.frameBytes)
    }

    write(i: number, codes: Uint8Array, present: Uint8Array): void {
        const at = i * this.frameBytes
        this.writeAt(codes, at)
        this.writeAt(present, at + this.codesBytes)
    }

    /** @param into is overwritten; default: a new buffer */
    read(i: number, into = this.buffer()): { codes: Uint8Array; present: Uint8Array } {
        this.readAt(into, 0, this.frameBytes, i * this.frameBytes)
        return { codes: into.subarray(0, this.codesBytes), present: into.subarray(this.codesBytes) }
    }

    /** Reads one line to its place in a buffer for all of them. @returns false if it is missing */
    readLine(i: number, line: number, codes: Uint8Array): boolean {
        const at = i * this.frameBytes
        const flag = new Uint8Array(1)
        this.readAt(flag, 0, 1, at + this.codesBytes + line)
        if (flag[0] === 0) return false
        const { lineBytes } = this.shape
        this.readAt(codes, line * lineBytes, lineBytes, at + line * lineBytes)
        return true
    }

    private writeAt(bytes: Uint8Array, at: number): void {
        for (let done = 0; done < bytes.length;)
            done += writeSync(this.shape.fd, bytes, done, bytes.length - done, at + done)
    }

    private readAt(into: Uint8Array, offset: number, length: number, at: number): void {
        for (let done = 0; done < length;) {
            const count = readSync(this.shape.fd, into, offset + done, length - done, at + done)
            if (count === 0)
                throw new Error("The scratch file of the frames is shorter than it was.")
            done += count
        }
    }
}

/** A file without a name: nothing is left of it, however the program ends. */
export class ScratchFile {
    readonly fd: number
    private isOpen = true
    private readonly path: string
    /** Made for it. */
    private readonly folder: string | undefined

    /** @param path default: in the folder of temporary files */
    constructor(path?: string) {
        this.folder = path === undefined ? mkdtempSync(join(tmpdir(), "ivus-")) : undefined
        this.path = path ?? join(this.folder!, "scratch")
        this.fd = openSync(this.path, "w+")
        this.remove()
    }

    close(): void {
        if (!this.isOpen) return
        this.isOpen = false
        // Not in this thread: the system takes 0.1 s to free a file of 0.7 GB.
        close(this.fd, () => this.remove())
    }

    /** Some systems remove a file only after it was closed. */
    private remove(): void {
        try {
            rmSync(this.path, { force: true })
            if (this.folder !== undefined && existsSync(this.folder)) rmdirSync(this.folder)
        } catch {
            // It is open: the next call removes it.
        }
    }
}
