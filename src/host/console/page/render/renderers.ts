// Makes the renderers of a page: with WebGL2 where the browser has it.

import { crossSection2d, longitudinal2d } from "./canvas-2d"
import { crossSectionWebgl } from "./cross-section-webgl"
import type {
    CrossSectionRenderer,
    FrameData,
    LongitudinalRenderer,
    PictureSettings,
    Scene,
} from "./types"

/** Which renderer draws the cross-section. */
export type RendererChoice = "automatic" | "webgl2" | "2d"

/** @param choice for tests, and with `?renderer=2d` or `webgl2` in the address for a browser that draws wrongly */
export function createCrossSection(
    canvas: HTMLCanvasElement,
    choice = choiceIn(location.search)
): CrossSectionRenderer {
    const isWebgl = choice === "webgl2" || (choice === "automatic" && hasGraphicsUnit())
    return (isWebgl ? crossSectionWebgl(canvas) : undefined) ?? crossSection2d(canvas)
}

function choiceIn(search: string): RendererChoice {
    const named = new URLSearchParams(search).get("renderer")
    return named === "2d" || named === "webgl2" ? named : "automatic"
}

let graphicsUnit: boolean | undefined

/** Where the processor imitates a graphics unit, it draws a large canvas several times faster without. */
function hasGraphicsUnit(): boolean {
    if (graphicsUnit !== undefined) return graphicsUnit
    const gl = document.createElement("canvas").getContext("webgl2")
    const info = gl?.getExtension("WEBGL_debug_renderer_info")
    const device = gl?.getParameter(info?.UNMASKED_RENDERER_WEBGL ?? gl.RENDERER) as unknown
    gl?.getExtension("WEBGL_lose_context")?.loseContext()
    graphicsUnit =
        gl !== null && !/swiftshader|llvmpipe|software|basic render/i.test(String(device))
    return graphicsUnit
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
