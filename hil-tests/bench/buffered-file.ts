// A file that is written in many small pieces.

import { closeSync, openSync, writeSync } from "node:fs"

/** Size of the write buffer, bytes. */
const BUFFER_BYTES = 1 << 18

/** Collects small writes, tens of thousands a second, into large ones. */
export class BufferedFile {
    private readonly fd: number
    private readonly waiting = Buffer.allocUnsafe(BUFFER_BYTES)
    private filled = 0

    constructor(path: string) {
        this.fd = openSync(path, "w")
    }

    readonly write = (bytes: Uint8Array): void => {
        if (this.filled + bytes.length > BUFFER_BYTES) this.flush()
        if (bytes.length > BUFFER_BYTES) return this.out(bytes)
        this.waiting.set(bytes, this.filled)
        this.filled += bytes.length
    }

    close(): void {
        try {
            this.flush()
        } finally {
            closeSync(this.fd)
        }
    }

    private flush(): void {
        this.out(this.waiting.subarray(0, this.filled))
        this.filled = 0
    }

    private out(bytes: Uint8Array): void {
        for (let at = 0; at < bytes.length;) at += writeSync(this.fd, bytes, at)
    }
}
