// The longitudinal view on a 2D canvas, as ../../../picture/longitudinal.ts makes it.

import type { GreyMapper } from "../../../picture/compression"
import { gapGrey } from "../../../picture/scan-conversion"
import { Canvas2d, pixelOf } from "./canvas-2d"
import { shownDepth } from "./shown-depth"
import type { AlongRange, CutData, LongitudinalRenderer, Scene } from "./types"

/** A frame contributes to columns within this number of median frame distances, as in ../../../picture/longitudinal.ts. */
const GAP_SPACINGS = 1.5

/** One half of the view: the greys of an A-line of all frames. They are kept while what they were made of stays. */
interface Side {
    mapper: GreyMapper | undefined
    codes: Uint8Array | undefined
    line: number
    columns: number
    greys: Uint8Array
}

/** A place between two columns. */
interface Between {
    a: number
    b: number
    mm: number
}

export class Longitudinal2d extends Canvas2d implements LongitudinalRenderer {
    private cut: CutData | undefined
    private range: AlongRange = { fromMm: 0, toMm: 1 }
    private readonly sides = [newSide(), newSide()] as const
    /** The codes of an A-line, at its place in a frame. */
    private codes = new Uint8Array(0)
    private median: { of: Float64Array; columns: number; mm: number } | undefined
    private readonly at: Between = { a: 0, b: 0, mm: 0 }
    private reachMm = 0

    setCut(cut: CutData | undefined): void {
        this.cut = cut
    }

    setRange(range: AlongRange): void {
        this.range = range
    }

    draw(): void {
        const { canvas, scene, cut, at } = this
        if (!scene || !cut || cut.columns === 0) return this.clear()
        const { width } = canvas
        const pixels = this.pixels().fill(pixelOf(0))
        const { fromMm, toMm } = this.range
        const mmPerPx = (toMm - fromMm) / width
        this.reachMm = Math.max(this.medianStepMm(cut) * GAP_SPACINGS, 0.75 * mmPerPx)
        this.mapSide(scene, this.sides[0], cut.codesA, cut.lineA)
        this.mapSide(scene, this.sides[1], cut.codesB, cut.lineB)
        let after = 0
        for (let x = 0; x < width; x++) {
            at.mm = fromMm + (x + 0.5) * mmPerPx
            while (after < cut.columns && cut.positionsMm[after]! < at.mm) after++
            at.a = Math.max(0, after - 1)
            at.b = Math.min(cut.columns - 1, after)
            this.drawColumn(pixels, x, 0)
            this.drawColumn(pixels, x, 1)
        }
        this.show()
    }

    private mapSide(scene: Scene, side: Side, codes: Uint8Array, line: number): void {
        const { linesPerFrame: lines, samplesPerLine: samples } = scene.geometry
        const { columns } = this.cut!
        const mapper = this.mapperOf(scene)
        const isOther = side.mapper !== mapper || side.codes !== codes || side.line !== line
        const from = isOther || columns < side.columns ? 0 : side.columns
        Object.assign(side, { mapper, codes, line, columns })
        if (side.greys.length < columns * samples) {
            const before = side.greys
            side.greys = new Uint8Array(codes.length)
            side.greys.set(before.subarray(0, from * samples))
        }
        if (this.codes.length !== lines * samples) this.codes = new Uint8Array(lines * samples)
        for (let column = from; column < columns; column++) {
            const at = column * samples
            for (let k = 0; k < samples; k++) this.codes[line * samples + k] = codes[at + k]!
            mapper.line(this.codes, line, side.greys, at)
        }
    }

    private drawColumn(pixels: Uint32Array, x: number, n: 0 | 1): void {
        const { a, b, mm } = this.at
        const { width, height } = this.canvas
        const { samplesPerLine: samples, sampleSpacingMm, catheterRadiusMm } = this.scene!.geometry
        const { positionsMm, presentA, presentB } = this.cut!
        const { greys } = this.sides[n]
        const half = height >> 1
        const perPx = shownDepth(this.scene!, this.settings.depthMm) / half / sampleSpacingMm
        const firstSample = catheterRadiusMm / sampleSpacingMm
        const present = n === 0 ? presentA : presentB
        const useA = this.isThere(a, present)
        const useB = this.isThere(b, present)
        const own = (useA ? a : b) * samples
        const other = b * samples
        const isBetween = useA && useB && a !== b
        const w = isBetween ? (mm - positionsMm[a]!) / (positionsMm[b]! - positionsMm[a]!) : 0
        for (let q = 0; q < half; q++) {
            const y = n === 0 ? half - 1 - q : half + q
            const p = y * width + x
            if (!useA && !useB) {
                pixels[p] = pixelOf(gapGrey(x, y))
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
            pixels[p] = pixelOf(Math.round(grey))
        }
    }

    private isThere(column: number, present: Uint8Array): boolean {
        const { positionsMm } = this.cut!
        return present[column] === 1 && Math.abs(positionsMm[column]! - this.at.mm) <= this.reachMm
    }

    private medianStepMm({ positionsMm, columns }: CutData): number {
        const { median } = this
        if (median?.of === positionsMm && median.columns === columns) return median.mm
        const steps = new Float64Array(Math.max(0, columns - 1))
        for (let i = 0; i < steps.length; i++) steps[i] = positionsMm[i + 1]! - positionsMm[i]!
        const mm = steps.sort()[steps.length >> 1] ?? 0
        this.median = { of: positionsMm, columns, mm }
        return mm
    }
}

function newSide(): Side {
    return {
        ...{ mapper: undefined, codes: undefined, line: -1, columns: 0 },
        greys: new Uint8Array(0),
    }
}
