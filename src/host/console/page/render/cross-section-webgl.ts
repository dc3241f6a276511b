// The cross-section with WebGL2: a frame is uploaded as sample codes, and a shader does the rest, so that every setting answers at once.

import { SAMPLE_SPAN_DB } from "../../../../shared/acquisition/sample-codes"
import { firstSample, type GreyImage } from "../../../picture/geometry"
import { amplitudeLeft } from "../../../picture/ring-down"
import { FRAGMENT_SHADER, VERTEX_SHADER } from "./cross-section-shader"
import { rowsShown, shownDepth } from "./shown-depth"
import type { CrossSectionRenderer, FrameData, PictureSettings, PictureView, Scene } from "./types"
import { ByteTexture, floatTexture, programOf, ShaderError } from "./webgl-program"

/** Texture units. */
const [CODES, PRESENT, RING_DOWN, DECIBELS] = [0, 1, 2, 3]
/** Stands for no echo: black at any gain. */
const NO_ECHO_DB = -1000

/** Echo in dB that is left of each sample code (x) after subtraction of each ring-down code (y; 0: none). */
const DECIBELS_LEFT = Float32Array.from({ length: 65536 }, (_, i) => {
    const [ring, code] = [i >> 8, i & 255]
    if (ring === 0) return code === 0 ? NO_ECHO_DB : ((code - 255) * SAMPLE_SPAN_DB) / 255
    const left = amplitudeLeft(ring, code)
    return left > 0 ? (20 * Math.log(left)) / Math.LN10 : NO_ECHO_DB
})

/** What is lost with the context. */
interface OnDevice {
    readonly program: WebGLProgram
    readonly codes: ByteTexture
    readonly present: ByteTexture
    readonly ringDown: ByteTexture
    readonly places: Map<string, WebGLUniformLocation | null>
}

/** Tries the shaders on a canvas of its own, since a canvas that has had WebGL2 gets no 2D context. @throws ShaderError */
export function tryShaders(): void {
    const gl = document.createElement("canvas").getContext("webgl2")
    if (!gl) return
    try {
        programOf(gl, VERTEX_SHADER, FRAGMENT_SHADER)
    } finally {
        gl.getExtension("WEBGL_lose_context")?.loseContext()
    }
}

/** @returns undefined where the browser has no WebGL2; the canvas may then have another context */
export function crossSectionWebgl(canvas: HTMLCanvasElement): CrossSectionRenderer | undefined {
    const gl = canvas.getContext("webgl2", { alpha: false, antialias: false, depth: false })
    return gl ? new CrossSectionWebgl(canvas, gl) : undefined
}

class CrossSectionWebgl implements CrossSectionRenderer {
    readonly kind = "webgl2"
    onLost: (() => void) | undefined
    note: string | undefined
    private device: OnDevice | undefined
    private scene: Scene | undefined
    private frame: FrameData | undefined
    private settings: PictureSettings | undefined
    private view: PictureView = { zoom: 1, centreMm: [0, 0] }
    /** What the textures hold. */
    private uploadedFrame: FrameData | undefined
    private uploadedScene: Scene | undefined

    constructor(
        private readonly canvas: HTMLCanvasElement,
        private readonly gl: WebGL2RenderingContext
    ) {
        canvas.addEventListener("webglcontextlost", this.onContextLost)
        canvas.addEventListener("webglcontextrestored", this.onContextRestored)
    }

    setScene(scene: Scene): void {
        this.scene = scene
    }

    setSettings(settings: PictureSettings): void {
        this.settings = settings
    }

    setView(view: PictureView): void {
        this.view = view
    }

    setFrame(frame: FrameData | undefined): void {
        this.frame = frame
    }

    resize(widthPx: number, heightPx: number): void {
        this.canvas.width = Math.max(1, widthPx)
        this.canvas.height = Math.max(1, heightPx)
    }

    draw(): void {
        const { gl, scene, frame, settings } = this
        if (gl.isContextLost()) return
        gl.viewport(0, 0, this.canvas.width, this.canvas.height)
        if (!scene || !frame || !settings) {
            gl.clearColor(0, 0, 0, 1)
            gl.clear(gl.COLOR_BUFFER_BIT)
            return
        }
        const device = this.prepared()
        if (!device) return
        gl.useProgram(device.program)
        this.upload(device, scene, frame)
        this.setUniforms(device, scene, settings)
        gl.drawArrays(gl.TRIANGLES, 0, 3)
    }

    readGreys(): GreyImage {
        const { gl, canvas } = this
        const { width, height } = canvas
        // The browser clears a canvas after it has shown it.
        this.draw()
        const pixels = new Uint8Array(4 * width * height)
        gl.readPixels(0, 0, width, height, gl.RGBA, gl.UNSIGNED_BYTE, pixels)
        const greys = new Uint8Array(width * height)
        for (let y = 0; y < height; y++)
            for (let x = 0; x < width; x++)
                greys[y * width + x] = pixels[4 * ((height - 1 - y) * width + x)]!
        const mm = this.mmPerPx()
        return { widthPx: width, heightPx: height, mmPerPxX: mm, mmPerPxY: mm, greys }
    }

    dispose(): void {
        const { canvas, gl } = this
        canvas.removeEventListener("webglcontextlost", this.onContextLost)
        canvas.removeEventListener("webglcontextrestored", this.onContextRestored)
        gl.getExtension("WEBGL_lose_context")?.loseContext()
    }

    /** Without preventDefault the context would not come back. */
    private readonly onContextLost = (event: Event): void => event.preventDefault()

    private readonly onContextRestored = (): void => {
        this.device = undefined
        this.uploadedFrame = undefined
        this.uploadedScene = undefined
        this.onLost?.()
    }

    /** Undefined where the driver refuses now, after a loss, what it took before. */
    private prepared(): OnDevice | undefined {
        try {
            return (this.device ??= this.prepare())
        } catch (error) {
            if (!(error instanceof ShaderError)) throw error
            this.note = `${error.message} Reload the page: it then draws without WebGL2.`
            return undefined
        }
    }

    private prepare(): OnDevice {
        const { gl } = this
        const program = programOf(gl, VERTEX_SHADER, FRAGMENT_SHADER)
        gl.useProgram(program)
        const places = new Map<string, WebGLUniformLocation | null>()
        const device: OnDevice = {
            ...{ program, places },
            codes: new ByteTexture(gl, CODES!),
            present: new ByteTexture(gl, PRESENT!),
            ringDown: new ByteTexture(gl, RING_DOWN!),
        }
        floatTexture(gl, DECIBELS!, DECIBELS_LEFT, 256)
        for (const [name, unit] of Object.entries({
            ...{ codes: CODES, present: PRESENT, ringDown: RING_DOWN, decibels: DECIBELS },
        }))
            gl.uniform1i(gl.getUniformLocation(program, name), unit!)
        return device
    }

    private upload(device: OnDevice, { geometry, ringDown }: Scene, frame: FrameData): void {
        const { linesPerFrame: lines, samplesPerLine: samples } = geometry
        if (this.uploadedFrame !== frame) {
            device.codes.fill(frame.codes, samples, lines)
            device.present.fill(frame.present, lines, 1)
            this.uploadedFrame = frame
        }
        if (this.uploadedScene === this.scene) return
        const zone = ringDown.endSample - ringDown.firstSample
        if (zone > 0) device.ringDown.fill(ringDown.codes, zone, lines)
        else device.ringDown.fill(new Uint8Array(1), 1, 1)
        this.uploadedScene = this.scene
    }

    private setUniforms(device: OnDevice, scene: Scene, settings: PictureSettings): void {
        const { gl, view, canvas } = this
        const { geometry, ringDown } = scene
        const at = (name: string): WebGLUniformLocation | null => {
            const known = device.places.get(name)
            if (known !== undefined) return known
            const place = gl.getUniformLocation(device.program, name)
            device.places.set(name, place)
            return place
        }
        const turnRad = (settings.rotationDeg * Math.PI) / 180
        gl.uniform2i(at("size"), canvas.width, canvas.height)
        gl.uniform1i(at("lines"), geometry.linesPerFrame)
        gl.uniform1i(at("samples"), geometry.samplesPerLine)
        gl.uniform2i(at("ringZone"), ringDown.firstSample, ringDown.endSample)
        gl.uniform1i(at("visibleFrom"), firstSample(geometry))
        gl.uniform1f(at("gainDb"), settings.gainDb)
        gl.uniform1f(at("rangeDb"), settings.dynamicRangeDb)
        gl.uniform1f(at("sampleMm"), geometry.sampleSpacingMm)
        gl.uniform1f(at("catheterMm"), geometry.catheterRadiusMm)
        gl.uniform1f(at("shownMm"), shownDepth(scene, settings.depthMm))
        gl.uniform1i(at("rows"), rowsShown(geometry, settings.depthMm))
        gl.uniform1f(at("mmPerPx"), this.mmPerPx())
        gl.uniform2f(at("centreMm"), ...view.centreMm)
        gl.uniform2f(at("turn"), Math.cos(turnRad), Math.sin(turnRad))
        gl.uniform1i(at("isFixed"), scene.fixedDirection ? 1 : 0)
    }

    private mmPerPx(): number {
        const { scene, settings, canvas, view } = this
        if (!scene || !settings) return 0
        const sidePx = Math.min(canvas.width, canvas.height)
        return (2 * shownDepth(scene, settings.depthMm)) / (view.zoom * sidePx)
    }
}
