// Responsible for: how a console shows echoes: gain, dynamic range, depth, and the picture made with them.
// Not for: which frame is shown (live-view.ts, review-view.ts), or the steps of a picture (../picture).

import {
    checkShownDepth,
    DEFAULT_DISPLAY,
    depthMm,
    DYNAMIC_RANGE_DB,
    GAIN_DB,
    GeometryError,
    type GreyImage,
    type GreyMapper,
    greyMapper,
    type ImagingGeometry,
    type PolarFrame,
    type RingDownReference,
    type ScanConverter,
    scanConverter,
    shownDepthRangeMm,
} from "../picture/picture"
import { depthPicture } from "../results/picture-frames"
import type { ConsoleRequest } from "./console-request"

/** Side of a cross-section on the page. */
export const PICTURE_PX = 512

type Range = readonly [min: number, max: number]

/** As the page is told. */
export interface DisplayTold {
    readonly gainDb: number
    readonly dynamicRangeDb: number
    /** null before a picture came. */
    readonly depthMm: number | null
    readonly limits: {
        readonly gainDb: Range
        readonly dynamicRangeDb: Range
        readonly depthMm: Range | null
    }
}

export interface DisplayChoice {
    readonly gainDb?: number
    readonly dynamicRangeDb?: number
    readonly depthMm?: number
}

/** Settings and what is made from them, made anew only when they change. */
export class Display {
    gainDb: number
    dynamicRangeDb: number
    /** As chosen; undefined: all of it. */
    private chosenMm: number | undefined
    private geometry: ImagingGeometry | undefined
    private mapper: { of: RingDownReference; mapper: GreyMapper } | undefined
    private converter: ScanConverter | undefined
    /** Changes with every setting: pictures with another number are not up to date. */
    version = 0

    constructor(chosen: DisplayChoice = {}) {
        this.gainDb = chosen.gainDb ?? DEFAULT_DISPLAY.gainDb
        this.dynamicRangeDb = chosen.dynamicRangeDb ?? DEFAULT_DISPLAY.dynamicRangeDb
        this.chosenMm = chosen.depthMm
    }

    /** Pictures are of this geometry from now on. @returns why the chosen depth cannot be kept, undefined where it can */
    describe(geometry: ImagingGeometry): string | undefined {
        this.geometry = geometry
        this.changed()
        this.converter = undefined
        const why = this.misfit(this.chosenMm)
        if (why) this.chosenMm = undefined
        return why && `${why} All of it is shown.`
    }

    get depthMm(): number | undefined {
        return this.chosenMm ?? (this.geometry && depthMm(this.geometry))
    }

    /** @returns why the request was refused; undefined when it was taken */
    set(ask: ConsoleRequest): string | undefined {
        if (ask.ask === "gain") this.gainDb = ask.value
        else if (ask.ask === "dynamic-range") this.dynamicRangeDb = ask.value
        else if (ask.ask === "depth") {
            if (!this.geometry)
                return "The request was not taken: no picture has come yet, and its catheter decides about the depth."
            const why = this.misfit(ask.value)
            if (why) return `The request was not taken. ${why}`
            this.chosenMm = ask.value
            this.converter = undefined
        }
        this.changed()
        return undefined
    }

    /** Greys of lines with these settings. @throws when no geometry is known */
    mapperFor(ringDown: RingDownReference): GreyMapper {
        if (this.mapper?.of !== ringDown)
            this.mapper = {
                of: ringDown,
                mapper: greyMapper(this.geometry!, ringDown, {
                    ...DEFAULT_DISPLAY,
                    gainDb: this.gainDb,
                    dynamicRangeDb: this.dynamicRangeDb,
                }),
            }
        return this.mapper.mapper
    }

    /**
     * The cross-section of a frame of the geometry that was described.
     * @param oneWay all lines look the same way: they stand side by side instead
     */
    draw(frame: PolarFrame, ringDown: RingDownReference, oneWay = false): GreyImage {
        const greys = this.mapperFor(ringDown).frame(frame.codes)
        if (oneWay) return depthPicture(greys, frame.present, this.geometry!, this.depthMm)
        this.converter ??= scanConverter(this.geometry!, PICTURE_PX, this.depthMm)
        return this.converter.convert(greys, frame.present)
    }

    told(): DisplayTold {
        return {
            gainDb: this.gainDb,
            dynamicRangeDb: this.dynamicRangeDb,
            depthMm: this.depthMm ?? null,
            limits: {
                gainDb: GAIN_DB,
                dynamicRangeDb: DYNAMIC_RANGE_DB,
                depthMm: this.geometry ? shownDepthRangeMm(this.geometry) : null,
            },
        }
    }

    private changed(): void {
        this.version++
        this.mapper = undefined
    }

    private misfit(shownMm: number | undefined): string | undefined {
        if (shownMm === undefined || !this.geometry) return undefined
        try {
            checkShownDepth(shownMm, this.geometry)
            return undefined
        } catch (error) {
            if (error instanceof GeometryError) return error.message
            throw error
        }
    }
}
