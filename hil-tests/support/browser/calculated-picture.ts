// The cross-section that a canvas has to show, calculated with double precision for each pixel.

import type {
    SettingsJson,
    ViewJson,
} from "../../../src/host/console/page/testing/renderer-page-types"
import { gapGrey, type ImagingGeometry } from "../../../src/host/picture/picture"

export interface Calculated {
    readonly geometry: ImagingGeometry
    readonly settings: SettingsJson
    readonly view: ViewJson
    readonly sizePx: readonly [width: number, height: number]
}

/**
 * Interpolates as ../../../src/host/picture/scan-conversion.ts, with weights of 1/128.
 * @param greys linesPerFrame*samplesPerLine
 * @param present linesPerFrame flags
 */
export function calculatedPicture(
    greys: Uint8Array,
    present: Uint8Array,
    { geometry, settings, view, sizePx: [width, height] }: Calculated
): Uint8Array {
    const { linesPerFrame: lines, samplesPerLine: samples, sampleSpacingMm } = geometry
    const mmPerPx = (2 * settings.depthMm) / (view.zoom * Math.min(width, height))
    const turnRad = (settings.rotationDeg * Math.PI) / 180
    const out = new Uint8Array(width * height)
    for (let y = 0; y < height; y++)
        for (let x = 0; x < width; x++) {
            const xMm = (x + 0.5 - width / 2) * mmPerPx + view.centreMm[0]
            const yMm = (y + 0.5 - height / 2) * mmPerPx + view.centreMm[1]
            const radius = Math.hypot(xMm, yMm)
            const isOutside = Math.max(Math.abs(xMm), Math.abs(yMm)) > settings.depthMm
            const k = radius / sampleSpacingMm
            if (radius < geometry.catheterRadiusMm || k > samples - 1 || isOutside) continue
            const turns = (Math.atan2(yMm, xMm) - turnRad) / (2 * Math.PI)
            const line = (turns - Math.floor(turns)) * lines
            const near = Math.floor(line) % lines
            const far = (near + 1) % lines
            const wLine = Math.round((line - Math.floor(line)) * 128) / 128
            const k0 = Math.min(samples - 2, Math.floor(k))
            const wSample = Math.round((k - k0) * 128) / 128
            if (!present[wLine < 0.5 ? near : far]) {
                out[y * width + x] = gapGrey(x, y)
                continue
            }
            const along = (i: number): number => {
                const [a, b] = [greys[i * samples + k0]!, greys[i * samples + k0 + 1]!]
                return a + wSample * (b - a)
            }
            const grey0 = along(present[near] ? near : far)
            const grey1 = along(present[far] ? far : near)
            out[y * width + x] = Math.floor(grey0 + wLine * (grey1 - grey0) + 0.5)
        }
    return out
}
