// Has the pictures of a run made while its frames are received: one PNG for each frame, all of them in pullback.dcm and volume.nrrd.

import { isDiskError } from "../../disk-reason"
import { type PictureSize, US_MULTI_FRAME } from "../dicom/dicom-attributes"
import type { DicomAttributes, DicomReference } from "../dicom/dicom-common"
import { DicomStream } from "../dicom/dicom-stream"
import type { RunVerdict } from "../verdict"
import { VolumeStream } from "../volume/volume-stream"
import type { PipelineFolder } from "./pipeline-folder"
import { dicomHeadIn, type TaskPool, USUAL } from "./task-pool"
import type { MadePicture } from "./tasks"

const DICOM_NAME = "pullback.dcm"
const VOLUME_NAME = "volume.nrrd"
const NO_DICOM = "NO pullback.dcm: the disk takes no more"

/** What the volume says of the run. */
export interface VolumeContent extends RunVerdict {
    readonly catheter: string
    readonly positionsMm: readonly number[]
    readonly size: PictureSize
}

export class PictureMaker {
    /** Why there is no pullback.dcm; null while there can be one. */
    note: string | null = null
    private dicom: DicomStream | undefined
    private volume: VolumeStream | undefined
    /** Pictures that are not made yet. */
    private waiting = 0
    private done = 0
    /** Pictures of pullback.dcm that came before their turn. */
    private readonly early = new Map<number, Uint8Array>()
    private waiters: (() => void)[] = []
    private error: unknown
    private count = 0

    /**
     * @param folder undefined: no files are made
     * @param nameOf name of the PNG of a frame
     * @param hasVolume whether the pictures are cross-sections
     */
    constructor(
        private readonly pool: TaskPool,
        private readonly folder: PipelineFolder | undefined,
        private readonly nameOf: (i: number) => string,
        hasVolume: boolean
    ) {
        if (!folder) return
        this.onDisk(DICOM_NAME, () => {
            this.dicom = new DicomStream(folder.pathOf(DICOM_NAME))
        })
        if (!hasVolume || folder.diskError) return
        this.onDisk(VOLUME_NAME, () => {
            this.volume = new VolumeStream(folder.pathOf(VOLUME_NAME))
        })
    }

    /** Pictures that are made. */
    get made(): number {
        return this.done
    }

    /** The next frame is in the scratch file. */
    add(i: number): void {
        const { folder } = this
        if (!folder || folder.diskError) return
        this.waiting++
        this.count = i + 1
        const name = this.nameOf(i)
        this.pool
            .do("picture", { i, path: folder.pathOf(name) }, USUAL)
            .then(made => {
                this.onDisk(name, () => folder.wrote(name))
                this.take(i, made)
            })
            .catch((error: unknown) => {
                if (isDiskError(error)) folder.failed(name, error)
                else this.error ??= error
            })
            .finally(() => {
                this.waiting--
                for (const resolve of this.waiters.splice(0)) resolve()
            })
    }

    /**
     * Ends pullback.dcm and volume.nrrd.
     * @returns what refers to pullback.dcm; null if there is none
     * @throws an error of a task that is not one of the disk
     */
    async finish(
        attributes: () => DicomAttributes,
        content: () => VolumeContent
    ): Promise<DicomReference | null> {
        while (this.waiting > 0 && !this.error)
            await new Promise<void>(resolve => this.waiters.push(resolve))
        if (this.error) throw this.error
        // The files take seconds to write for a long run, and the threads have hardly anything to do meanwhile.
        this.pool.shrink()
        const { folder } = this
        if (!folder || this.done !== this.count || folder.diskError) this.drop(NO_DICOM)
        const uid = await this.ended(DICOM_NAME, this.dicom, dicom =>
            dicom.end(attributes(), dicomHeadIn(this.pool))
        )
        await this.ended(VOLUME_NAME, this.volume, volume => {
            const { positionsMm, size, ...about } = content()
            return volume.end(positionsMm, size, about)
        })
        return uid === undefined
            ? null
            : { ReferencedSOPClassUID: US_MULTI_FRAME, ReferencedSOPInstanceUID: uid }
    }

    close(): void {
        this.dicom?.close()
        this.volume?.close()
        this.dicom = undefined
        this.volume = undefined
        this.early.clear()
    }

    private take(i: number, { jpegLs, slice }: MadePicture): void {
        if (slice) this.onDisk(VOLUME_NAME, () => this.volume?.add(i, slice))
        this.early.set(i, jpegLs)
        for (let next; (next = this.early.get(this.done)); this.done++) {
            this.early.delete(this.done)
            this.onDisk(DICOM_NAME, () => this.dicom?.append(next!))
        }
    }

    private async ended<Stream, Made>(
        name: string,
        stream: Stream | undefined,
        end: (stream: Stream) => Promise<Made>
    ): Promise<Made | undefined> {
        if (!stream) return undefined
        try {
            const made = await end(stream)
            this.folder!.wrote(name)
            return made
        } catch (error) {
            if (!isDiskError(error)) throw error
            this.failed(name, error)
            return undefined
        }
    }

    private onDisk(name: string, action: () => void): void {
        try {
            action()
        } catch (error) {
            if (!isDiskError(error)) throw error
            this.failed(name, error)
        }
    }

    /** What is not complete is given up. A full disk takes nothing more, so its space is freed. */
    private failed(name: string, error: NodeJS.ErrnoException): void {
        this.folder!.failed(name, error)
        if (name === DICOM_NAME) this.drop(NO_DICOM)
        else if (name === VOLUME_NAME) {
            this.volume?.close()
            this.volume = undefined
        }
    }

    private drop(note: string): void {
        if (this.folder) this.note = note
        this.close()
    }
}
