// The settings with which a live picture starts (gain, dynamic range, depth), and the last picture drawn with them.
// Each page has settings of its own; these are those of the command line, and the gain of the bedside unit.

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
import { refusalOf } from "./console-request"

/** Width and height of a cross-section on the page. */
const PICTURE_PX = 512

type Range = readonly [min: number, max: number]

/** The settings as the page receives them: it takes over what has changed. */
export interface DisplayState {
    readonly gainDb: number
    readonly dynamicRangeDb: number
    /** Displayed radius; null before the first description. */
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

/** Holds the settings, and caches the tables that depend on them. */
export class Display {
    gainDb: number
    dynamicRangeDb: number
    /** Chosen depth; undefined for the full imaging depth. */
    private chosenDepthMm: number | undefined
    private geometry: ImagingGeometry | undefined
    private mapper: { of: RingDownReference; mapper: GreyMapper } | undefined
    private converter: ScanConverter | undefined

    constructor(chosen: DisplayChoice = {}) {
        this.gainDb = chosen.gainDb ?? DEFAULT_DISPLAY.gainDb
        this.dynamicRangeDb = chosen.dynamicRangeDb ?? DEFAULT_DISPLAY.dynamicRangeDb
        this.chosenDepthMm = chosen.depthMm
    }

    /** Sets the geometry of the following pictures. @returns a message if the chosen depth does not fit and was reset */
    setGeometry(geometry: ImagingGeometry): string | undefined {
        this.geometry = geometry
        this.mapper = this.converter = undefined
        const error = this.depthError(this.chosenDepthMm)
        if (error) this.chosenDepthMm = undefined
        return error && `${error} The full depth is shown.`
    }

    get depthMm(): number | undefined {
        return this.chosenDepthMm ?? (this.geometry && depthMm(this.geometry))
    }

    /** Changes the gain, as the bedside unit asks. @returns the sentence by which it was refused */
    setGain(gainDb: number): string | undefined {
        const [min, max] = GAIN_DB
        if (!(gainDb >= min && gainDb <= max))
            return refusalOf(`a gain of ${gainDb} dB; allowed: ${min} to ${max} dB`)
        this.gainDb = gainDb
        this.mapper = undefined
        return undefined
    }

    /** Converts sample codes to greys with the current settings. @throws before {@link setGeometry} */
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
     * Renders the cross-section of a frame.
     * @param fixedDirection all A-lines have one direction; they are drawn side by side (M-mode)
     */
    draw(frame: PolarFrame, ringDown: RingDownReference, fixedDirection = false): GreyImage {
        const greys = this.mapperFor(ringDown).frame(frame.codes)
        if (fixedDirection) return depthPicture(greys, frame.present, this.geometry!, this.depthMm)
        this.converter ??= scanConverter(this.geometry!, PICTURE_PX, this.depthMm)
        return this.converter.convert(greys, frame.present)
    }

    state(): DisplayState {
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

    /** Why a depth cannot be shown; undefined if it can. */
    private depthError(shownMm: number | undefined): string | undefined {
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
