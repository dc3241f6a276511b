// What the two renderers without WebGL2 have in common: a 2D canvas, its pixels, and the greys of echoes by the host's own functions.

import { DEFAULT_DISPLAY, type GreyMapper, greyMapper } from "../../../picture/compression"
import type { GreyImage } from "../../../picture/geometry"
import type { PictureSettings, Scene } from "./types"

const BLACK = 0xff000000

/** The pixel of a grey: opaque, in the byte order of ImageData. */
export function pixelOf(grey: number): number {
    return BLACK | (grey * 0x010101)
}

export abstract class Canvas2d {
    readonly kind = "2d"
    onLost: (() => void) | undefined
    protected scene: Scene | undefined
    protected settings: PictureSettings = {
        ...{ gainDb: 0, dynamicRangeDb: 60, depthMm: 10, rotationDeg: 0 },
    }
    /** What is drawn; allocated when the size changes. */
    private image: ImageData | undefined
    private pixelsOfImage = new Uint32Array(0)
    private cached:
        { scene: Scene; gainDb: number; dynamicRangeDb: number; mapper: GreyMapper } | undefined

    constructor(
        protected readonly canvas: HTMLCanvasElement,
        readonly note?: string
    ) {}

    setScene(scene: Scene): void {
        this.scene = scene
    }

    setSettings(settings: PictureSettings): void {
        this.settings = settings
    }

    resize(widthPx: number, heightPx: number): void {
        this.canvas.width = Math.max(1, widthPx)
        this.canvas.height = Math.max(1, heightPx)
    }

    readGreys(): GreyImage {
        const { width, height } = this.canvas
        const { data } = this.context.getImageData(0, 0, width, height)
        const greys = new Uint8Array(width * height)
        for (let p = 0; p < greys.length; p++) greys[p] = data[4 * p]!
        return { widthPx: width, heightPx: height, mmPerPxX: 0, mmPerPxY: 0, greys }
    }

    dispose(): void {
        this.scene = undefined
        this.image = undefined
        this.cached = undefined
    }

    /** The pixels of the canvas as they were left; all are black after the size has changed. */
    protected pixels(): Uint32Array {
        const { width, height } = this.canvas
        if (this.image?.width !== width || this.image.height !== height) {
            this.image = new ImageData(width, height)
            this.pixelsOfImage = new Uint32Array(this.image.data.buffer).fill(BLACK)
        }
        return this.pixelsOfImage
    }

    protected show(): void {
        this.context.putImageData(this.image!, 0, 0)
    }

    /** Fills the canvas with black; the pixels stay. */
    protected clear(): void {
        const { context, canvas } = this
        context.fillStyle = "#000"
        context.fillRect(0, 0, canvas.width, canvas.height)
    }

    protected mapperOf(scene: Scene): GreyMapper {
        const { gainDb, dynamicRangeDb } = this.settings
        const { cached } = this
        if (
            cached?.scene === scene &&
            cached.gainDb === gainDb &&
            cached.dynamicRangeDb === dynamicRangeDb
        )
            return cached.mapper
        const display = { ...DEFAULT_DISPLAY, gainDb, dynamicRangeDb }
        const mapper = greyMapper(scene.geometry, scene.ringDown, display)
        this.cached = { scene, gainDb, dynamicRangeDb, mapper }
        return mapper
    }

    private get context(): CanvasRenderingContext2D {
        return this.canvas.getContext("2d")!
    }
}
