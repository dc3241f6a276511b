// Writes volume.nrrd: compressed slices go to a scratch file as they come, and at the end into the file in their order.

import { read, writeSync } from "node:fs"
import { open, rm } from "node:fs/promises"
import { promisify } from "node:util"
import { gapGrey } from "../../picture/picture"
import type { PictureSize } from "../dicom/dicom-attributes"
import { ScratchFile } from "../pipeline/frame-file"
import { type DeflatedSlice, deflateSlice } from "./deflated-slice"
import { GZIP_HEAD, gzipEnd } from "./gzip-parts"
import { nrrdHead, type VolumeAbout } from "./nrrd-head"
import { sliceOrder } from "./slice-order"

/** Slices are written together up to this size. */
const COPY_BYTES = 1 << 22
const readAt = promisify(read)

/** Where a slice is in the scratch file. */
interface Place {
    readonly at: number
    readonly length: number
    readonly crc32: number
}

/** One file. Its functions throw what the file system throws. */
export class VolumeStream {
    private readonly scratch: ScratchFile
    private readonly places: Place[] = []
    private bytes = 0

    /** @param path of the file, which exists after {@link end} */
    constructor(private readonly path: string) {
        this.scratch = new ScratchFile(`${path}.scratch`)
    }

    /** Adds the slice of a frame, in any order. */
    add(frame: number, slice: DeflatedSlice): void {
        this.places[frame] = this.store(slice)
    }

    /**
     * Writes the file and closes the scratch file.
     * @param positionsMm of all frames, whose slices were added
     */
    async end(
        positionsMm: readonly number[],
        size: PictureSize,
        about: Omit<VolumeAbout, "frames">
    ): Promise<void> {
        const order = sliceOrder(positionsMm, size.mmPerPxX)
        const head = nrrdHead(size, order, { ...about, frames: positionsMm.length })
        let blank: Place | undefined
        const places = order.frames.map(frame => {
            const place =
                frame === null ? (blank ??= this.store(blankSlice(size))) : this.places[frame]
            if (!place) throw new Error(`The volume has no slice of frame ${frame}.`)
            return place
        })
        const crcs = places.map(place => place.crc32)
        const file = await open(this.path, "w")
        try {
            await file.appendFile(head)
            await file.appendFile(GZIP_HEAD)
            for (const part of together(places)) await file.appendFile(await this.read(part))
            await file.appendFile(gzipEnd(crcs, size.widthPx * size.heightPx))
            await file.close()
        } catch (error) {
            await file.close().catch(() => undefined)
            await rm(this.path, { force: true })
            throw error
        }
        this.close()
    }

    /** Removes the scratch file. */
    close(): void {
        this.scratch.close()
    }

    private store({ bytes, crc32 }: DeflatedSlice): Place {
        const { fd } = this.scratch
        const at = this.bytes
        for (let done = 0; done < bytes.length;)
            done += writeSync(fd, bytes, done, bytes.length - done, at + done)
        this.bytes += bytes.length
        return { at, length: bytes.length, crc32 }
    }

    private async read(places: readonly Place[]): Promise<Uint8Array> {
        const bytes = new Uint8Array(places.reduce((sum, { length }) => sum + length, 0))
        let to = 0
        for (const { at, length } of places) {
            for (let done = 0; done < length;) {
                const { bytesRead } = await readAt(
                    this.scratch.fd,
                    ...([bytes, to + done, length - done, at + done] as const)
                )
                if (bytesRead === 0)
                    throw new Error("The scratch file of the volume is shorter than it was.")
                done += bytesRead
            }
            to += length
        }
        return bytes
    }
}

/** A slice without a frame is hatched, as in the longitudinal view. */
function blankSlice({ widthPx, heightPx }: PictureSize): DeflatedSlice {
    const greys = new Uint8Array(widthPx * heightPx)
    for (let i = 0; i < greys.length; i++) greys[i] = gapGrey(i % widthPx, Math.floor(i / widthPx))
    return deflateSlice(greys)
}

function* together(places: readonly Place[]): Generator<Place[]> {
    let part: Place[] = []
    let bytes = 0
    for (const place of places) {
        part.push(place)
        bytes += place.length
        if (bytes < COPY_BYTES) continue
        yield part
        part = []
        bytes = 0
    }
    if (part.length > 0) yield part
}
