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

export type RendererKind = "webgl2" | "2d"

/** The functions of the page, as a global of this name; bytes are base64. */
export interface RendererPage {
    draw(
        scene: SceneJson,
        frame: { readonly codes: string; readonly present: string },
        settings: SettingsJson,
        sidePx: number,
        choice: RendererKind
    ): { readonly kind: string; readonly greys: string }
    /** Loses the context and gets it back. @returns whether the picture is asked for again */
    loseContext(sidePx: number): Promise<boolean>
    /**
     * Draws `count` frames, each with other codes and settings, and reads a pixel of each, so that nothing is left to be done.
     * @returns frames a second, and which device drew
     */
    rate(
        scene: SceneJson,
        frames: readonly string[],
        sizePx: readonly [width: number, height: number],
        count: number,
        choice: RendererKind
    ): { readonly kind: string; readonly perS: number; readonly device: string }
}
