// What a test or bench and the page with the renderers say to each other. No types of a browser, as tests run in Node.

import type { ImagingGeometry } from "../../../picture/geometry"
import type { RingDownReference } from "../../../picture/ring-down"

/** A scene as JSON: codes are base64, and the geometry has no functions. */
export interface SceneJson {
    readonly geometry: Omit<ImagingGeometry, "tgcDb">
    readonly ringDown: Omit<RingDownReference, "codes"> & { readonly codes: string }
    readonly fixedDirection: boolean
}

export interface SettingsJson {
    readonly gainDb: number
    readonly dynamicRangeDb: number
    readonly depthMm: number
    readonly rotationDeg: number
}

export interface ViewJson {
    readonly zoom: number
    readonly centreMm: readonly [x: number, y: number]
}

export type SizePx = readonly [width: number, height: number]

export type RendererKind = "webgl2" | "2d"

/** The functions of the page, as a global of this name; bytes are base64. */
export interface RendererPage {
    draw(
        scene: SceneJson,
        frame: { readonly codes: string; readonly present: string },
        settings: SettingsJson,
        view: ViewJson,
        sizePx: SizePx,
        choice: RendererKind
    ): { readonly kind: string; readonly greys: string }
    /** What a renderer says of itself on a new canvas, where the driver refuses every program. */
    refused(): { readonly kind: string; readonly note: string | undefined }
    /** Draws a frame and a longitudinal view on 2D canvases twice. @returns bytes of buffers that the second drawing allocates */
    allocated(scene: SceneJson, codes: string): number
    /** Loses the context and gets it back. @returns whether the picture is asked for again */
    loseContext(sizePx: SizePx): Promise<boolean>
    /**
     * Draws `count` frames, each with other codes and settings, and reads a pixel of each, so that nothing is left to be done.
     * @returns frames a second, and which device drew
     */
    rate(
        scene: SceneJson,
        frames: readonly string[],
        sizePx: SizePx,
        count: number,
        choice: RendererKind
    ): { readonly kind: string; readonly perS: number; readonly device: string }
}
