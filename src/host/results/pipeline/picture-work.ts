// The tasks for pictures, in any thread.

import { writeFileSync } from "node:fs"
import {
    type FramePlace,
    type GreyImage,
    type GreyMapper,
    greyMapper,
    type LongitudinalOptions,
    longitudinalView,
    pngOf,
    type ScanConverter,
    scanConverter,
} from "../../picture/picture"
import { encodeJpegLs } from "../dicom/jpeg-ls"
import { CROSS_SECTION_PX, depthPicture } from "../picture-frames"
import { deflateSlice } from "../volume/deflated-slice"
import type { MadePicture } from "./tasks"
import type { WorkFrames } from "./work-frames"

export class PictureWork {
    // Made when they are first needed.
    private mapper: GreyMapper | undefined
    private converter: ScanConverter | undefined
    private greys: Uint8Array | undefined
    private picture: Uint8Array | undefined

    constructor(
        private readonly frames: WorkFrames,
        private readonly fixedDirection: boolean
    ) {}

    /** Another ring-down is subtracted from now on. */
    share(): void {
        this.mapper = undefined
    }

    /** @param path of its PNG; null: none is written */
    async make(i: number, path: string | null): Promise<MadePicture> {
        const image = this.image(i)
        if (path !== null) writeFileSync(path, pngOf(image))
        const slice = this.fixedDirection ? null : deflateSlice(image.greys)
        return { jpegLs: await encodeJpegLs(image), slice }
    }

    png(i: number): Uint8Array<ArrayBuffer> {
        return new Uint8Array(pngOf(this.image(i)))
    }

    longitudinal(places: readonly FramePlace[], options: LongitudinalOptions): GreyImage {
        const all = { ...options, fixedDirection: this.fixedDirection }
        const { geometry } = this.frames
        return longitudinalView(this.frames.at(places), this.greyMapper, geometry, all)
    }

    /** The picture of a frame; the next one overwrites it. */
    private image(i: number): GreyImage {
        const { geometry } = this.frames
        const { codes, present } = this.frames.passing(i)
        const greys = this.greyMapper.frame(codes, this.greys)
        this.greys = greys
        if (this.fixedDirection) return depthPicture(greys, present, geometry)
        this.converter ??= scanConverter(geometry, CROSS_SECTION_PX)
        const image = this.converter.convert(greys, present, this.picture)
        this.picture = image.greys
        return image
    }

    private get greyMapper(): GreyMapper {
        return (this.mapper ??= greyMapper(this.frames.geometry, this.frames.ringDown))
    }
}
