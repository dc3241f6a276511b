// What the page and its renderers agree on: the data of a run, the settings of a viewer, and the two renderers.
//
// Directions: x points right, y down; A-line i has the direction (cos, sin) of 2*pi*i/linesPerFrame, as in
// ../../../picture/scan-conversion.ts. Renderers draw when draw() is called, and at no other time.

import type { GreyImage, ImagingGeometry } from "../../../picture/geometry"
import type { RingDownReference } from "../../../picture/ring-down"

/** What all frames of a run have in common. */
export interface Scene {
    readonly geometry: ImagingGeometry
    /** What is subtracted; one with `frames: 0` subtracts nothing. */
    readonly ringDown: RingDownReference
    /** All A-lines have one direction: they are drawn side by side (M-mode), depth downwards. */
    readonly fixedDirection: boolean
}

/** One frame as received. */
export interface FrameData {
    /** linesPerFrame*samplesPerLine sample codes, line after line */
    readonly codes: Uint8Array
    /** linesPerFrame flags; 0 = the A-line is missing, and its sector is hatched */
    readonly present: Uint8Array
}

/** How echoes become greys; the same for both renderers of a viewer. */
export interface PictureSettings {
    readonly gainDb: number
    readonly dynamicRangeDb: number
    /** Radius shown at zoom 1; deeper echoes are cut off. */
    readonly depthMm: number
    /** Turns the cross-section clockwise; the longitudinal view stays as it is. */
    readonly rotationDeg: number
}

/** Which part of the cross-section is shown. */
export interface PictureView {
    /** 1: the depth fills the smaller side of the canvas. */
    readonly zoom: number
    /** The place in the middle of the canvas, in mm from the catheter's centre, after the rotation. */
    readonly centreMm: readonly [x: number, y: number]
}

interface Renderer {
    /** "2d" where the browser has no WebGL2. */
    readonly kind: "webgl2" | "2d"
    /** Why the picture is drawn otherwise than it should be, or not at all, in sentences. */
    readonly note?: string | undefined
    setScene(scene: Scene): void
    setSettings(settings: PictureSettings): void
    /** Size of the canvas in device pixels. */
    resize(widthPx: number, heightPx: number): void
    /** Draws what was set, at once. */
    draw(): void
    /** The greys of the canvas as drawn last, for export and tests. */
    readGreys(): GreyImage
    /** Called when the picture must be drawn again, because the graphics unit lost it. */
    onLost: (() => void) | undefined
    dispose(): void
}

export interface CrossSectionRenderer extends Renderer {
    setView(view: PictureView): void
    /** @param frame undefined: nothing is shown */
    setFrame(frame: FrameData | undefined): void
}

/** The two A-lines of the cut plane in each frame, one column a frame. */
export interface CutData {
    /** Positions of the columns in mm, ascending. */
    readonly positionsMm: Float64Array
    /** Columns in use; the arrays may be longer, so that a live view can grow in them. */
    readonly columns: number
    /** The numbers of the two A-lines: of side A (upper half) and of side B (lower half). */
    readonly lineA: number
    readonly lineB: number
    /** columns*samplesPerLine sample codes, column after column */
    readonly codesA: Uint8Array
    readonly codesB: Uint8Array
    /** 1 for each column whose A-line is there */
    readonly presentA: Uint8Array
    readonly presentB: Uint8Array
}

/** Which part of the pullback the longitudinal view shows; along and across have scales of their own. */
export interface AlongRange {
    readonly fromMm: number
    readonly toMm: number
}

/**
 * The longitudinal view: rows from depthMm of side A at the top through the catheter to depthMm of side B; columns from
 * `fromMm` to `toMm`. Columns are placed, blended and hatched as in ../../../picture/longitudinal.ts.
 */
export interface LongitudinalRenderer extends Renderer {
    /** @param data undefined: nothing is known yet. Calling it again with more columns of the same arrays adds only those. */
    setCut(data: CutData | undefined): void
    setRange(range: AlongRange): void
}

/** What `render/renderers.ts` exports. */
export interface Renderers {
    createCrossSection(canvas: HTMLCanvasElement): CrossSectionRenderer
    createLongitudinal(canvas: HTMLCanvasElement): LongitudinalRenderer
    /** Draws a whole cross-section small, with a 2D context that may be on any canvas. */
    drawThumbnail(
        canvas: HTMLCanvasElement,
        scene: Scene,
        frame: FrameData,
        settings: PictureSettings
    ): void
}
