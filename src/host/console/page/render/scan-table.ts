// Scan conversion without WebGL2: where the echo of each pixel of a canvas lies in the frame, at any size, zoom and pan.
//
// Samples are interpolated as in ../../../picture/scan-conversion.ts, with weights of 1/128. The rotation is added when a
// frame is drawn, so that turning the picture needs no new table; nor does a new frame or another grey map.

import { turnsOf } from "../../../picture/fast-angle"
import type { ImagingGeometry } from "../../../picture/geometry"
import { gapGrey } from "../../../picture/scan-conversion"
import { pixelOf } from "./canvas-2d"

/** What a canvas shows. Millimetres are from the catheter's centre, after the rotation. */
export interface TableView {
    readonly widthPx: number
    readonly heightPx: number
    readonly mmPerPx: number
    /** Of the middle of the canvas. */
    readonly centreMm: readonly [x: number, y: number]
    /** Half the side of the square around the catheter; what lies outside of it is black. */
    readonly shownMm: number
}

/** Bits of a weight. */
const WEIGHT_BITS = 7
const WEIGHT_MASK = (1 << WEIGHT_BITS) - 1
const HALF_WEIGHT = 1 << (WEIGHT_BITS - 1)
/** A whole turn has at most this many units, so that the sum of two angles fits into 32 bits. */
const TURN_MAX = 2 ** 30
const NOTHING = -1

/** A-lines that follow the last one in the greys of a frame: the first two again, so that no index wraps. */
export const REPEATED_LINES = 2

export class ScanTable {
    private geometry: ImagingGeometry | undefined
    private widthPx = 0
    private heightPx = 0
    /** Angle bits below a weight's. */
    private finerBits = 0
    /** For each pixel the sample in 1/128, or NOTHING, and the angle before the rotation. */
    private sample = new Int32Array(0)
    private angle = new Int32Array(0)
    /** For each row the first pixel, and the one behind the last. */
    private rows = new Int32Array(0)
    private there = new Uint8Array(0)

    build(geometry: ImagingGeometry, view: TableView): void {
        const { widthPx, heightPx, mmPerPx, centreMm, shownMm } = view
        this.geometry = geometry
        this.widthPx = widthPx
        this.heightPx = heightPx
        this.finerBits = Math.floor(Math.log2(TURN_MAX / (geometry.linesPerFrame << WEIGHT_BITS)))
        if (this.sample.length < widthPx * heightPx) {
            this.sample = new Int32Array(widthPx * heightPx)
            this.angle = new Int32Array(widthPx * heightPx)
        }
        if (this.rows.length < 2 * heightPx) this.rows = new Int32Array(2 * heightPx)
        const outerMm = (geometry.samplesPerLine - 1) * geometry.sampleSpacingMm
        for (let y = 0; y < heightPx; y++) {
            const yMm = (y + 0.5 - heightPx / 2) * mmPerPx + centreMm[1]
            const isShown = Math.abs(yMm) <= Math.min(outerMm, shownMm)
            const halfMm = isShown ? Math.min(shownMm, Math.sqrt(outerMm ** 2 - yMm ** 2)) : 0
            const xOf = (xMm: number): number =>
                Math.max(0, Math.min(widthPx, (xMm - centreMm[0]) / mmPerPx + widthPx / 2))
            // A pixel more at each end: buildRow decides.
            this.rows[2 * y] = isShown ? Math.max(0, Math.floor(xOf(-halfMm)) - 1) : 0
            this.rows[2 * y + 1] = isShown ? Math.min(widthPx, Math.ceil(xOf(halfMm)) + 1) : 0
            this.buildRow(y, yMm, view)
        }
    }

    private buildRow(
        y: number,
        yMm: number,
        { widthPx, mmPerPx, centreMm, shownMm }: TableView
    ): void {
        const { sample, angle, rows, finerBits } = this
        const { linesPerFrame, samplesPerLine, sampleSpacingMm, catheterRadiusMm } = this.geometry!
        const turn = (linesPerFrame << WEIGHT_BITS) * 2 ** finerBits
        for (let x = rows[2 * y]!, p = y * widthPx + x; x < rows[2 * y + 1]!; x++, p++) {
            const xMm = (x + 0.5 - widthPx / 2) * mmPerPx + centreMm[0]
            const radius = Math.sqrt(xMm * xMm + yMm * yMm)
            const k = radius / sampleSpacingMm
            if (radius < catheterRadiusMm || k > samplesPerLine - 1 || Math.abs(xMm) > shownMm) {
                sample[p] = NOTHING
                continue
            }
            sample[p] = (k * (1 << WEIGHT_BITS) + 0.5) | 0
            angle[p] = (turnsOf(yMm, xMm) * turn + 0.5) | 0
        }
    }

    /**
     * Draws a frame. Pixels without an echo are left as they are.
     * @param greys of linesPerFrame + REPEATED_LINES A-lines, and one byte more
     * @param present linesPerFrame flags
     * @param pixels of the canvas
     */
    draw(greys: Uint8Array, present: Uint8Array, rotationDeg: number, pixels: Uint32Array): void {
        const { sample, angle, rows, widthPx, heightPx, finerBits } = this
        const { linesPerFrame: lines, samplesPerLine: samples } = this.geometry!
        const turn = (lines << WEIGHT_BITS) * 2 ** finerBits
        const turned = rotationDeg / 360 - Math.floor(rotationDeg / 360)
        const add = Math.round((1 - turned) * turn)
        const half = finerBits === 0 ? 0 : 1 << (finerBits - 1)
        const there = this.thereOf(present)
        const hasGaps = present.includes(0)
        for (let y = 0; y < heightPx; y++) {
            const end = y * widthPx + rows[2 * y + 1]!
            for (let p = y * widthPx + rows[2 * y]!; p < end; p++) {
                const k = sample[p]!
                if (k === NOTHING) continue
                let at = angle[p]! + add
                if (at >= turn) at -= turn
                at = (at + half) >> finerBits
                let a = at >> WEIGHT_BITS
                let b = a + 1
                const w = at & WEIGHT_MASK
                if (hasGaps) {
                    if (!there[w < HALF_WEIGHT ? a : b]) {
                        pixels[p] = pixelOf(gapGrey(p - y * widthPx, y))
                        continue
                    }
                    if (!there[a]) a = b
                    if (!there[b]) b = a
                }
                a = a * samples + (k >> WEIGHT_BITS)
                b = b * samples + (k >> WEIGHT_BITS)
                const wk = k & WEIGHT_MASK
                const g0 = (greys[a]! << 7) + wk * (greys[a + 1]! - greys[a]!)
                const g1 = (greys[b]! << 7) + wk * (greys[b + 1]! - greys[b]!)
                pixels[p] = pixelOf(((g0 << 7) + w * (g1 - g0) + (1 << 13)) >> 14)
            }
        }
    }

    /** The flags, with those of the repeated A-lines. */
    private thereOf(present: Uint8Array): Uint8Array {
        if (this.there.length !== present.length + REPEATED_LINES)
            this.there = new Uint8Array(present.length + REPEATED_LINES)
        this.there.set(present)
        for (let i = 0; i < REPEATED_LINES; i++) this.there[present.length + i] = present[i]!
        return this.there
    }
}
