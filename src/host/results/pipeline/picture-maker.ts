// Has the pictures of a run made while its frames are received: one PNG for each frame, and all of them in pullback.dcm.

import { isDiskError } from "../../disk-reason"
import type { DicomAttributes } from "../dicom/dicom-attributes"
import { DicomStream } from "../dicom/dicom-stream"
import type { PipelineFolder } from "./pipeline-folder"
import { type TaskPool, USUAL } from "./task-pool"

const DICOM_NAME = "pullback.dcm"
const NO_DICOM = "NO pullback.dcm: the disk takes no more"

export class PictureMaker {
    /** Why there is no pullback.dcm; null while there can be one. */
    note: string | null = null
    private dicom: DicomStream | undefined
    /** Pictures that are not made yet. */
    private waiting = 0
    private done = 0
    /** Pictures that came before their turn. */
    private readonly early = new Map<number, Uint8Array>()
    private waiters: (() => void)[] = []
    private error: unknown
    private count = 0

    /**
     * @param folder undefined: no files are made
     * @param nameOf name of the PNG of a frame
     */
    constructor(
        private readonly pool: TaskPool,
        private readonly folder: PipelineFolder | undefined,
        private readonly nameOf: (i: number) => string
    ) {
        if (folder)
            this.onDisk(DICOM_NAME, () => {
                this.dicom = new DicomStream(folder.pathOf(DICOM_NAME))
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
            .then(fragment => {
                this.onDisk(name, () => folder.wrote(name))
                this.take(i, fragment)
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

    /** Ends pullback.dcm. @throws an error of a task that is not one of the disk */
    async finish(attributes: () => DicomAttributes): Promise<void> {
        while (this.waiting > 0 && !this.error)
            await new Promise<void>(resolve => this.waiters.push(resolve))
        if (this.error) throw this.error
        const { dicom, folder } = this
        if (!dicom || this.done !== this.count) return this.dropDicom(NO_DICOM)
        try {
            await dicom.end(attributes(), all => this.pool.do("dicomHead", all))
            folder!.wrote(DICOM_NAME)
        } catch (error) {
            if (!isDiskError(error)) throw error
            folder!.failed(DICOM_NAME, error)
            this.dropDicom(NO_DICOM)
        }
    }

    close(): void {
        this.dicom?.close()
        this.dicom = undefined
        this.early.clear()
    }

    private take(i: number, fragment: Uint8Array): void {
        this.early.set(i, fragment)
        for (let next; (next = this.early.get(this.done)); this.done++) {
            this.early.delete(this.done)
            this.onDisk(DICOM_NAME, () => this.dicom?.append(next!))
        }
    }

    private onDisk(name: string, action: () => void): void {
        try {
            action()
        } catch (error) {
            if (!isDiskError(error)) throw error
            this.folder!.failed(name, error)
            if (name === DICOM_NAME) this.dropDicom(NO_DICOM)
        }
    }

    private dropDicom(note: string): void {
        if (this.folder) this.note = note
        this.dicom?.close()
        this.dicom = undefined
    }
}
