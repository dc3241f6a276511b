// Space on a disk that is kept for what must be written when it is full.

import { closeSync, openSync, unlinkSync, writeSync } from "node:fs"

export class DiskReserve {
    private fd: number | undefined

    /**
     * An open file without a name, so that nothing is left of it if this program is killed.
     * @throws an error of the disk
     */
    constructor(path: string, bytes: number) {
        this.fd = openSync(path, "w")
        writeSync(this.fd, Buffer.alloc(bytes))
        unlinkSync(path)
    }

    release(): void {
        if (this.fd !== undefined) closeSync(this.fd)
        this.fd = undefined
    }
}
