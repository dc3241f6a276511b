// The renderers without WebGL2: the host's own conversion (../../../picture), drawn on a 2D canvas.

import { DEFAULT_DISPLAY, type GreyMapper, greyMapper } from "../../../picture/compression"
import type { GreyImage } from "../../../picture/geometry"
import { gapGrey, type ScanConverter, scanConverter } from "../../../picture/scan-conversion"
import { shownDepth } from "./shown-depth"
import type {
    AlongRange,
    CrossSectionRenderer,
    CutData,
    FrameData,
    LongitudinalRenderer,
    PictureSettings,
    PictureView,
    Scene,
} from "./types"

/** Side of the conversion; the canvas stretches it. */
const PICTURE_PX = 512
/** A frame contributes to columns within this number of median frame distances, as in ../../../picture/longitudinal.ts. */
const GAP_SPACINGS = 1.5

const SETTINGS: PictureSettings = { gainDb: 0, dynamicRangeDb: 60, depthMm: 10, rotationDeg: 0 }

abstract class Canvas2d {
    readonly kind = "2d"
    onLost: (() => void) | undefined
    protected scene: Scene | undefined
    protected settings = SETTINGS
    private cached:
        { scene: Scene; gainDb: number; dynamicRangeDb: number; mapper: GreyMapper } | undefined

    constructor(protected readonly canvas: HTMLCanvasElement) {}

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
    }

    protected get context(): CanvasRenderingContext2D {
        return this.canvas.getContext("2d")!
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
}

class CrossSection2d extends Canvas2d implements CrossSectionRenderer {
    private frame: FrameData | undefined
    private view: PictureView = { zoom: 1, centreMm: [0, 0] }
    private converter: { scene: Scene; depthMm: number; to: ScanConverter } | undefined
    private readonly picture = document.createElement("canvas")

    setFrame(frame: FrameData | undefined): void {
        this.frame = frame
    }

    setView(view: PictureView): void {
        this.view = view
    }

    draw(): void {
        const { context, canvas, scene, frame } = this
        context.setTransform(1, 0, 0, 1, 0, 0)
        context.fillStyle = "#000"
        context.fillRect(0, 0, canvas.width, canvas.height)
        if (!scene || !frame) return
        const greys = this.mapperOf(scene).frame(frame.codes)
        const shownMm = shownDepth(scene, this.settings.depthMm)
        if (scene.fixedDirection) return this.drawLines(scene, frame, greys, shownMm)
        if (this.converter?.scene !== scene || this.converter.depthMm !== shownMm)
            this.converter = {
                ...{ scene, depthMm: shownMm },
                to: scanConverter(scene.geometry, PICTURE_PX, shownMm),
            }
        paint(this.picture, this.converter.to.convert(greys, frame.present))
        const { zoom, centreMm } = this.view
        const pxPerMm = (zoom * Math.min(canvas.width, canvas.height)) / (2 * shownMm)
        context.translate(
            canvas.width / 2 - centreMm[0] * pxPerMm,
            canvas.height / 2 - centreMm[1] * pxPerMm
        )
        context.rotate((this.settings.rotationDeg * Math.PI) / 180)
        const radius = shownMm * pxPerMm
        context.drawImage(this.picture, -radius, -radius, 2 * radius, 2 * radius)
    }

    private drawLines(scene: Scene, frame: FrameData, greys: Uint8Array, shownMm: number): void {
        const { linesPerFrame: lines, samplesPerLine: samples, sampleSpacingMm } = scene.geometry
        const height = Math.min(samples, Math.round(shownMm / sampleSpacingMm))
        const out = new Uint8Array(lines * height)
        for (let y = 0; y < height; y++)
            for (let x = 0; x < lines; x++)
                out[y * lines + x] = frame.present[x] ? greys[x * samples + y]! : gapGrey(x, y)
        paint(this.picture, { widthPx: lines, heightPx: height, greys: out })
        this.context.drawImage(this.picture, 0, 0, this.canvas.width, this.canvas.height)
    }
}

class Longitudinal2d extends Canvas2d implements LongitudinalRenderer {
    private cut: CutData | undefined
    private range: AlongRange = { fromMm: 0, toMm: 1 }
    private readonly picture = document.createElement("canvas")

    setCut(cut: CutData | undefined): void {
        this.cut = cut
    }

    setRange(range: AlongRange): void {
        this.range = range
    }

    draw(): void {
        const { context, canvas, scene, cut } = this
        context.fillStyle = "#000"
        context.fillRect(0, 0, canvas.width, canvas.height)
        if (!scene || !cut || cut.columns === 0) return
        const { width, height } = canvas
        const image = new Uint8Array(width * height)
        const { fromMm, toMm } = this.range
        const mmPerPx = (toMm - fromMm) / width
        const reachMm = Math.max(medianStep(cut) * GAP_SPACINGS, 0.75 * mmPerPx)
        const sides = [0, 1].map(side => this.sideOf(scene, cut, side))
        let after = 0
        for (let x = 0; x < width; x++) {
            const mm = fromMm + (x + 0.5) * mmPerPx
            while (after < cut.columns && cut.positionsMm[after]! < mm) after++
            const [a, b] = [Math.max(0, after - 1), Math.min(cut.columns - 1, after)]
            for (const side of sides) this.drawColumn(image, x, side, { a, b, mm, reachMm })
        }
        paint(this.picture, { widthPx: width, heightPx: height, greys: image })
        context.drawImage(this.picture, 0, 0)
    }

    /** The greys of all columns of a side, and where its pixels are. */
    private sideOf(scene: Scene, cut: CutData, n: number): Side {
        const { samplesPerLine: samples, sampleSpacingMm, catheterRadiusMm } = scene.geometry
        const line = n === 0 ? cut.lineA : cut.lineB
        const codes = n === 0 ? cut.codesA : cut.codesB
        const mapper = this.mapperOf(scene)
        const frame = new Uint8Array((line + 1) * samples)
        const greys = new Uint8Array(cut.columns * samples)
        for (let column = 0; column < cut.columns; column++) {
            frame.set(codes.subarray(column * samples, (column + 1) * samples), line * samples)
            mapper.line(frame, line, greys, column * samples)
        }
        const half = this.canvas.height >> 1
        const mmPerPx = shownDepth(scene, this.settings.depthMm) / half
        const present = n === 0 ? cut.presentA : cut.presentB
        return {
            ...{ n, half, samples, greys, present, positionsMm: cut.positionsMm },
            ...{
                perPx: mmPerPx / sampleSpacingMm,
                firstSample: catheterRadiusMm / sampleSpacingMm,
            },
        }
    }

    private drawColumn(image: Uint8Array, x: number, side: Side, at: Between): void {
        const { n, half, samples, greys, present, positionsMm, perPx, firstSample } = side
        const { a, b, mm, reachMm } = at
        const { width } = this.canvas
        const isThere = (column: number): boolean =>
            present[column] === 1 && Math.abs(positionsMm[column]! - mm) <= reachMm
        const [useA, useB] = [isThere(a), isThere(b)]
        const own = (useA ? a : b) * samples
        const other = b * samples
        const isBetween = useA && useB && a !== b
        const w = isBetween ? (mm - positionsMm[a]!) / (positionsMm[b]! - positionsMm[a]!) : 0
        for (let q = 0; q < half; q++) {
            const y = n === 0 ? half - 1 - q : half + q
            const p = y * width + x
            if (!useA && !useB) {
                image[p] = gapGrey(x, y)
                continue
            }
            const k = (q + 0.5) * perPx
            const k0 = Math.floor(k)
            if (k < firstSample || k0 + 1 >= samples) continue
            let grey = greys[own + k0]! + (k - k0) * (greys[own + k0 + 1]! - greys[own + k0]!)
            if (isBetween) {
                const from = greys[other + k0]!
                grey += w * (from + (k - k0) * (greys[other + k0 + 1]! - from) - grey)
            }
            image[p] = Math.round(grey)
        }
    }
}

/** One half of the longitudinal view. */
interface Side {
    /** 0: A, the upper half; 1: B. */
    readonly n: number
    /** Height in pixels. */
    readonly half: number
    readonly samples: number
    readonly greys: Uint8Array
    readonly present: Uint8Array
    readonly positionsMm: Float64Array
    /** Samples of a pixel. */
    readonly perPx: number
    /** Where the transducer's surface is, in samples. */
    readonly firstSample: number
}

/** A place between two columns. */
interface Between {
    readonly a: number
    readonly b: number
    readonly mm: number
    readonly reachMm: number
}

export function crossSection2d(canvas: HTMLCanvasElement): CrossSectionRenderer {
    return new CrossSection2d(canvas)
}

export function longitudinal2d(canvas: HTMLCanvasElement): LongitudinalRenderer {
    return new Longitudinal2d(canvas)
}

function medianStep({ positionsMm, columns }: CutData): number {
    const steps = Array.from(
        { length: Math.max(0, columns - 1) },
        (_, i) => positionsMm[i + 1]! - positionsMm[i]!
    )
    steps.sort((a, b) => a - b)
    return steps[steps.length >> 1] ?? 0
}

function paint(
    canvas: HTMLCanvasElement,
    { widthPx, heightPx, greys }: Pick<GreyImage, "widthPx" | "heightPx" | "greys">
): void {
    if (canvas.width !== widthPx) canvas.width = widthPx
    if (canvas.height !== heightPx) canvas.height = heightPx
    const image = new ImageData(widthPx, heightPx)
    const pixels = new Uint32Array(image.data.buffer)
    for (let p = 0; p < greys.length; p++) pixels[p] = 0xff000000 | (greys[p]! * 0x010101)
    canvas.getContext("2d")!.putImageData(image, 0, 0)
}
