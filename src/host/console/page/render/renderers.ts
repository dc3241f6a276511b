// Makes the renderers of a page.

import { crossSection2d, longitudinal2d } from "./canvas-2d"
import type {
    CrossSectionRenderer,
    FrameData,
    LongitudinalRenderer,
    PictureSettings,
    Scene,
} from "./types"

export function createCrossSection(canvas: HTMLCanvasElement): CrossSectionRenderer {
    return crossSection2d(canvas)
}

export function createLongitudinal(canvas: HTMLCanvasElement): LongitudinalRenderer {
    return longitudinal2d(canvas)
}

/** Draws a whole cross-section small. */
export function drawThumbnail(
    canvas: HTMLCanvasElement,
    scene: Scene,
    frame: FrameData,
    settings: PictureSettings
): void {
    const renderer = crossSection2d(canvas)
    renderer.setScene(scene)
    renderer.setSettings(settings)
    renderer.setFrame(frame)
    renderer.draw()
}
