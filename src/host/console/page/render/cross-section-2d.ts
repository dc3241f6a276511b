// The cross-section without WebGL2: converted for the pixels that are shown, at any size, rotation, zoom and pan.

import { gapGrey } from "../../../picture/scan-conversion"
import { Canvas2d, pixelOf } from "./canvas-2d"
import { REPEATED_LINES, ScanTable } from "./scan-table"
import { rowsShown, shownDepth } from "./shown-depth"
import type { CrossSectionRenderer, FrameData, PictureView, Scene } from "./types"

export class CrossSection2d extends Canvas2d implements CrossSectionRenderer {
    private frame: FrameData | undefined
    private view: PictureView = { zoom: 1, centreMm: [0, 0] }
    private readonly table = new ScanTable()
    /** What the table was built for. */
    private tableKey: readonly unknown[] = []
    private greys = new Uint8Array(0)

    setFrame(frame: FrameData | undefined): void {
        this.frame = frame
    }

    setView(view: PictureView): void {
        this.view = view
    }

    draw(): void {
        const { scene, frame } = this
        if (!scene || !frame) return this.clear()
        this.mapGreys(scene, frame)
        const pixels = this.pixels()
        if (scene.fixedDirection) this.drawLines(scene, frame, pixels)
        else {
            this.prepareTable(scene, pixels)
            this.table.draw(this.greys, frame.present, this.settings.rotationDeg, pixels)
        }
        this.show()
    }

    /** The greys of the frame, then those of its first A-lines again. */
    private mapGreys(scene: Scene, frame: FrameData): void {
        const { linesPerFrame: lines, samplesPerLine: samples } = scene.geometry
        const bytes = (lines + REPEATED_LINES) * samples + 1
        if (this.greys.length !== bytes) this.greys = new Uint8Array(bytes)
        this.mapperOf(scene).frame(frame.codes, this.greys)
        this.greys.copyWithin(lines * samples, 0, REPEATED_LINES * samples)
    }

    private prepareTable(scene: Scene, pixels: Uint32Array): void {
        const { canvas, settings, view } = this
        const { width: widthPx, height: heightPx } = canvas
        const shownMm = shownDepth(scene, settings.depthMm)
        const { zoom, centreMm } = view
        const key = [scene.geometry, pixels, shownMm, zoom, ...centreMm]
        if (key.every((value, i) => value === this.tableKey[i])) return
        this.tableKey = key
        // What the table before has drawn.
        pixels.fill(pixelOf(0))
        const mmPerPx = (2 * shownMm) / (zoom * Math.min(widthPx, heightPx))
        this.table.build(scene.geometry, { widthPx, heightPx, mmPerPx, centreMm, shownMm })
    }

    /** A-lines side by side, as in ../../../results/picture-frames.ts. */
    private drawLines({ geometry }: Scene, { present }: FrameData, pixels: Uint32Array): void {
        const { linesPerFrame: lines, samplesPerLine: samples } = geometry
        const { width, height } = this.canvas
        const rows = rowsShown(geometry, this.settings.depthMm)
        for (let y = 0, p = 0; y < height; y++) {
            const k = Math.floor((y * rows) / height)
            for (let x = 0; x < width; x++, p++) {
                const line = Math.floor((x * lines) / width)
                const grey = present[line] ? this.greys[line * samples + k]! : gapGrey(x, y)
                pixels[p] = pixelOf(grey)
            }
        }
        this.tableKey = []
    }
}
