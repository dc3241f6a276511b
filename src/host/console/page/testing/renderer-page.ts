// Runs in a page: draws frames with the console's renderers, for tests and for the bench.

import { createCrossSection, createLongitudinal } from "../render/renderers"
import type { Scene } from "../render/types"
import type { RendererKind, RendererPage, SceneJson } from "./renderer-page-types"

const bytesOf = (base64: string): Uint8Array => Uint8Array.from(atob(base64), c => c.charCodeAt(0))

function base64Of(bytes: Uint8Array): string {
    let text = ""
    for (const byte of bytes) text += String.fromCharCode(byte)
    return btoa(text)
}

const sceneOf = ({ geometry, ringDown, fixedDirection }: SceneJson): Scene => ({
    ...{ geometry: geometry as Scene["geometry"], fixedDirection },
    ringDown: { ...ringDown, codes: bytesOf(ringDown.codes) },
})

const canvases = new Map<string, ReturnType<typeof createCrossSection>>()

/** One canvas for each size and renderer. */
function rendererOf(widthPx: number, heightPx: number, choice: RendererKind) {
    const key = `${widthPx} ${heightPx} ${choice}`
    const known = canvases.get(key)
    if (known) return known
    const renderer = createCrossSection(document.createElement("canvas"), choice)
    renderer.resize(widthPx, heightPx)
    canvases.set(key, renderer)
    return renderer
}

/** The renderers of this page draw on canvases of their own. */
const canvasOf = (renderer: ReturnType<typeof createCrossSection>): HTMLCanvasElement =>
    (renderer as unknown as { canvas: HTMLCanvasElement }).canvas

const SETTINGS = { gainDb: 0, dynamicRangeDb: 60, depthMm: 10, rotationDeg: 0 }

/** Of typed arrays and images that are made while something is done. */
function bytesAllocated(action: () => void): number {
    const names = ["Uint8Array", "Uint32Array", "Int32Array", "Float64Array", "ImageData"] as const
    const scope = globalThis as unknown as Record<string, new (...given: never[]) => object>
    const originals = names.map(name => scope[name]!)
    let bytes = 0
    names.forEach((name, i) => {
        scope[name] = new Proxy(originals[i]!, {
            construct(target, given) {
                const made = Reflect.construct(target, given) as object
                bytes += made instanceof ImageData ? made.data.length : sizeOf(made)
                return made
            },
        })
    })
    try {
        action()
    } finally {
        names.forEach((name, i) => (scope[name] = originals[i]!))
    }
    return bytes
}

const sizeOf = (made: object): number => (made as ArrayBufferView).byteLength

const page: RendererPage = {
    draw(scene, frame, settings, view, [widthPx, heightPx], choice) {
        const renderer = rendererOf(widthPx, heightPx, choice)
        renderer.setScene(sceneOf(scene))
        renderer.setSettings(settings)
        renderer.setView(view)
        renderer.setFrame({ codes: bytesOf(frame.codes), present: bytesOf(frame.present) })
        renderer.draw()
        return { kind: renderer.kind, greys: base64Of(renderer.readGreys().greys) }
    },

    refused() {
        const { prototype } = WebGL2RenderingContext
        const original = Object.getOwnPropertyDescriptor(prototype, "getProgramParameter")!
        prototype.getProgramParameter = () => false
        try {
            const { kind, note } = createCrossSection(document.createElement("canvas"), "webgl2")
            return { kind, note }
        } finally {
            Object.defineProperty(prototype, "getProgramParameter", original)
        }
    },

    allocated(scene, codes) {
        const frame = bytesOf(codes)
        const { linesPerFrame, samplesPerLine } = scene.geometry
        const present = new Uint8Array(linesPerFrame).fill(1)
        const cross = createCrossSection(document.createElement("canvas"), "2d")
        const along = createLongitudinal(document.createElement("canvas"))
        cross.setFrame({ codes: frame, present })
        along.setRange({ fromMm: 0, toMm: 5 })
        along.setCut({
            positionsMm: Float64Array.from({ length: linesPerFrame }, (_, i) => i / 50),
            ...{ columns: linesPerFrame, lineA: 0, lineB: linesPerFrame >> 1 },
            ...{ codesA: frame, codesB: frame.slice(), presentA: present, presentB: present },
        })
        for (const renderer of [cross, along]) {
            renderer.setScene(sceneOf(scene))
            renderer.setSettings({ ...SETTINGS, depthMm: samplesPerLine })
            renderer.resize(300, 200)
            renderer.draw()
        }
        return bytesAllocated(() => {
            cross.setFrame({ codes: frame, present })
            for (const renderer of [cross, along]) renderer.draw()
        })
    },

    async loseContext([widthPx, heightPx]) {
        const renderer = rendererOf(widthPx, heightPx, "webgl2")
        const canvas = canvasOf(renderer)
        const context = canvas.getContext("webgl2")!.getExtension("WEBGL_lose_context")!
        const asked = new Promise<boolean>(resolve => (renderer.onLost = () => resolve(true)))
        const lost = new Promise(resolve => canvas.addEventListener("webglcontextlost", resolve))
        context.loseContext()
        await lost
        renderer.draw()
        // A context that is restored within the event of its loss is not.
        setTimeout(() => context.restoreContext(), 0)
        return asked
    },

    rate(scene, frames, [widthPx, heightPx], count, choice) {
        const renderer = rendererOf(widthPx, heightPx, choice)
        const canvas = canvasOf(renderer)
        const gl = choice === "webgl2" ? canvas.getContext("webgl2") : null
        const flat = choice === "2d" ? canvas.getContext("2d") : null
        const info = gl?.getExtension("WEBGL_debug_renderer_info")
        const device = info ? String(gl!.getParameter(info.UNMASKED_RENDERER_WEBGL)) : "2D canvas"
        renderer.setScene(sceneOf(scene))
        const present = new Uint8Array(scene.geometry.linesPerFrame).fill(1)
        const codes = frames.map(frame => ({ codes: bytesOf(frame), present }))
        const pixel = new Uint8Array(4)
        const draw = (n: number): void => {
            renderer.setFrame(codes[n % codes.length])
            renderer.setSettings({ gainDb: n % 7, dynamicRangeDb: 60, depthMm: 0, rotationDeg: n })
            renderer.draw()
            gl?.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, pixel)
            flat?.getImageData(0, 0, 1, 1)
        }
        draw(0)
        const fromMs = performance.now()
        for (let n = 1; n <= count; n++) draw(n)
        return { kind: renderer.kind, perS: (1000 * count) / (performance.now() - fromMs), device }
    },
}
;(globalThis as unknown as { rendererPage: RendererPage }).rendererPage = page
