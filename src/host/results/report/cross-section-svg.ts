// A cross-section with its borders, as SVG around a PNG.

import type { RunResults } from "../run-results"
import { CROSS_SECTION_PX, pictureSize } from "../picture-frames"
import { htmlText } from "../../pages/html-text"

/** @param png address of the picture of frame `i`, without borders */
export function crossSectionSvg(
    { geometry, borders, vesselBorders, fixedDirection }: RunResults,
    i: number,
    png: string,
    title: string
): string {
    const { widthPx, heightPx, mmPerPxX } = pictureSize(geometry, fixedDirection)
    const size = `viewBox="0 0 ${widthPx} ${heightPx}"`
    const image = `<image width="${widthPx}" height="${heightPx}" preserveAspectRatio="none" href="${png}"/>`
    const name = `role="img" aria-label="${htmlText(title)}"`
    if (fixedDirection) return `<svg ${size} ${name} preserveAspectRatio="none">${image}</svg>`
    const path = (radiusMm: Float32Array | undefined, colour: string, dash: string): string => {
        const d = radiusMm ? outline(radiusMm, mmPerPxX) : ""
        const stroke = `stroke="${colour}" stroke-width="2" stroke-dasharray="${dash}"`
        return d === "" ? "" : `<path d="${d}" fill="none" ${stroke}/>`
    }
    const lumen = path(borders[i]?.radiusMm, "#57c7ff", "none")
    const vessel = path(vesselBorders[i]?.radiusMm, "#7be08b", "6 4")
    return `<svg ${size} ${name}>${image}${vessel}${lumen}${scaleBar(mmPerPxX)}</svg>`
}

/** A closed line; it is broken where a border was not heard. */
function outline(radiusMm: Float32Array, mmPerPx: number): string {
    const lines = radiusMm.length
    const middle = CROSS_SECTION_PX / 2
    let isPen = false
    let d = ""
    for (let k = 0; k <= lines; k++) {
        const radius = radiusMm[k % lines]! / mmPerPx
        if (!(radius < middle)) {
            isPen = false
            continue
        }
        const angle = (2 * Math.PI * k) / lines
        const x = (middle + radius * Math.cos(angle)).toFixed(1)
        const y = (middle + radius * Math.sin(angle)).toFixed(1)
        d += `${isPen ? "L" : "M"}${x} ${y}`
        isPen = true
    }
    return d
}

/** One millimetre, or five where that is too short to see. */
function scaleBar(mmPerPx: number): string {
    const mm = 1 / mmPerPx < 12 ? 5 : 1
    const length = (mm / mmPerPx).toFixed(1)
    const y = CROSS_SECTION_PX - 12
    return `<path d="M12 ${y}h${length}m0 -5v10m-${length} -10v10" stroke="#fff" stroke-width="2" fill="none"/><text x="12" y="${y - 10}" fill="#fff" font-size="15">${mm} mm</text>`
}
