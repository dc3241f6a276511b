// Makes the renderers of a page: with WebGL2 where the browser has it.

import { CrossSection2d } from "./cross-section-2d"
import { crossSectionWebgl, tryShaders } from "./cross-section-webgl"
import { Longitudinal2d } from "./longitudinal-2d"
import type {
    CrossSectionRenderer,
    FrameData,
    LongitudinalRenderer,
    PictureSettings,
    Scene,
} from "./types"
import { ShaderError } from "./webgl-program"

/** Which renderer draws the cross-section. */
export type RendererChoice = "automatic" | "webgl2" | "2d"

/** @param choice for tests, and with `?renderer=2d` or `webgl2` in the address for a browser that draws wrongly */
export function createCrossSection(
    canvas: HTMLCanvasElement,
    choice = choiceIn(location.search)
): CrossSectionRenderer {
    const isWebgl = choice === "webgl2" || (choice === "automatic" && hasGraphicsUnit())
    if (!isWebgl) return new CrossSection2d(canvas)
    const refusal = shaderRefusal()
    if (refusal !== undefined)
        return new CrossSection2d(canvas, `${refusal} The picture is drawn without WebGL2.`)
    return crossSectionWebgl(canvas) ?? new CrossSection2d(canvas)
}

/** What the driver says against the shaders; undefined: nothing. */
function shaderRefusal(): string | undefined {
    try {
        tryShaders()
        return undefined
    } catch (error) {
        if (error instanceof ShaderError) return error.message
        throw error
    }
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
    return new Longitudinal2d(canvas)
}

/** Draws a whole cross-section small. */
export function drawThumbnail(
    canvas: HTMLCanvasElement,
    scene: Scene,
    frame: FrameData,
    settings: PictureSettings
): void {
    const renderer = new CrossSection2d(canvas)
    renderer.setScene(scene)
    renderer.setSettings(settings)
    renderer.setFrame(frame)
    renderer.draw()
}
