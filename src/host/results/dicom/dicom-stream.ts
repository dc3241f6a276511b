// Writes pullback.dcm: encoded pictures go to a scratch file as they come, the header in front of them at the end.

import { createHash } from "node:crypto"
import { close, openSync, read, rmSync, writeSync } from "node:fs"
import { type FileHandle, open, rm } from "node:fs/promises"
import { promisify } from "node:util"
import { type DicomAttributes, hashOf, uidOf } from "./dicom-common"
import { dicomHead } from "./dicom-head"
import { encapsulationHead, itemHead, SEQUENCE_END } from "./encapsulation"

/** Bytes that are copied at once. */
const COPY_BYTES = 1 << 22
const readAt = promisify(read)

/** One file, from its first picture to its end. Its functions throw what the file system throws. */
export class DicomStream {
    private readonly scratch: string
    private readonly fd: number
    private isOpen = true
    /** Bytes of the scratch file that hold pictures. */
    private bytes = 0
    private lengths: number[] = []
    private hash = createHash("sha256")

    /** @param path of the file, which exists after {@link end} */
    constructor(readonly path: string) {
        this.scratch = `${path}.scratch`
        this.fd = openSync(this.scratch, "w+")
        // Nothing is left of it, however the program ends.
        this.removeScratch()
    }

    /** Pictures so far. */
    get frames(): number {
        return this.lengths.length
    }

    /** Adds the next picture. @param fragment from `encodeJpegLs`: an even number of bytes */
    append(fragment: Uint8Array): void {
        this.write(itemHead(fragment.length))
        this.write(fragment)
        this.hash.update(fragment)
        this.lengths.push(fragment.length)
    }

    /** Forgets all pictures, which are made again. */
    restart(): void {
        this.bytes = 0
        this.lengths = []
        this.hash = createHash("sha256")
    }

    /**
     * Writes the file and closes the scratch file.
     * @param attributes all but the pixels and the SOPInstanceUID, which follows from them and from the pictures
     * @returns the SOPInstanceUID
     * @param headOf encodes all attributes; in another thread it does not hold up this one by 0.2 s, in which dcmjs is loaded
     */
    async end(attributes: DicomAttributes, headOf: typeof dicomHead = dicomHead): Promise<string> {
        const { frames } = this
        if (attributes.NumberOfFrames !== String(frames))
            throw new Error(`${frames} pictures for ${String(attributes.NumberOfFrames)} frames`)
        const SOPInstanceUID = uidOf(hashOf(JSON.stringify(attributes), this.hash.copy().digest()))
        const head = await headOf({ ...attributes, SOPInstanceUID })
        const file = await open(this.path, "w")
        try {
            await file.appendFile(head)
            await file.appendFile(encapsulationHead(this.lengths))
            await this.copyTo(file)
            await file.appendFile(SEQUENCE_END)
            await file.close()
        } catch (error) {
            await file.close().catch(() => undefined)
            await rm(this.path, { force: true })
            throw error
        }
        this.close()
        return SOPInstanceUID
    }

    /** Removes the scratch file. */
    close(): void {
        if (!this.isOpen) return
        this.isOpen = false
        // Not in this thread: the system takes 0.1 s to free a file of 0.7 GB.
        close(this.fd, () => this.removeScratch())
    }

    private write(bytes: Uint8Array): void {
        for (let done = 0; done < bytes.length;) {
            const rest = bytes.length - done
            done += writeSync(this.fd, bytes, done, rest, this.bytes + done)
        }
        this.bytes += bytes.length
    }

    private async copyTo(file: FileHandle): Promise<void> {
        const buffer = Buffer.allocUnsafe(Math.min(COPY_BYTES, this.bytes))
        for (let at = 0; at < this.bytes;) {
            const size = Math.min(buffer.length, this.bytes - at)
            const { bytesRead } = await readAt(this.fd, buffer, 0, size, at)
            if (bytesRead === 0) throw new Error(`${this.scratch} is shorter than it was`)
            await file.appendFile(buffer.subarray(0, bytesRead))
            at += bytesRead
        }
    }

    /** Some systems remove a file only after it was closed. */
    private removeScratch(): void {
        try {
            rmSync(this.scratch, { force: true })
        } catch {
            // It is open: the next call removes it.
        }
    }
}
