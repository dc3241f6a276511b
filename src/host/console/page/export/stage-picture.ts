// A picture of what the stage shows, with what lies over it.

import { pixelOf } from "../render/canvas-2d"
import type { Stage } from "../stage/stage"

/** What the style sheets give to lines and texts of the overlay. */
const STYLES = [
    ...["fill", "stroke", "stroke-width", "stroke-dasharray", "stroke-linecap", "opacity"],
    ...["font-family", "font-size", "font-weight", "text-anchor", "paint-order", "visibility"],
    ...["display"],
]

/** Draws the stage once more: the cross-section of the renderer, then the overlay. */
export async function stagePicture({ renderer, overlay }: Stage): Promise<HTMLCanvasElement> {
    const { widthPx, heightPx, greys } = renderer.readGreys()
    const canvas = document.createElement("canvas")
    canvas.width = widthPx
    canvas.height = heightPx
    const context = canvas.getContext("2d")!
    const image = new ImageData(widthPx, heightPx)
    const pixels = new Uint32Array(image.data.buffer)
    for (let p = 0; p < greys.length; p++) pixels[p] = pixelOf(greys[p]!)
    context.putImageData(image, 0, 0)
    context.drawImage(await imageOf(overlay, widthPx, heightPx), 0, 0, widthPx, heightPx)
    return canvas
}

/** An SVG as an image does not know the style sheets of the page, so its elements get their styles. */
async function imageOf(
    svg: SVGSVGElement,
    widthPx: number,
    heightPx: number
): Promise<HTMLImageElement> {
    const copy = svg.cloneNode(true) as SVGSVGElement
    const [own, copied] = [[...svg.querySelectorAll("*")], [...copy.querySelectorAll("*")]]
    own.forEach((element, i) => {
        const style = getComputedStyle(element)
        for (const name of STYLES) copied[i]!.setAttribute(name, style.getPropertyValue(name))
    })
    copy.setAttribute("xmlns", "http://www.w3.org/2000/svg")
    copy.setAttribute("width", `${widthPx}`)
    copy.setAttribute("height", `${heightPx}`)
    const image = new Image()
    image.src = `data:image/svg+xml,${encodeURIComponent(new XMLSerializer().serializeToString(copy))}`
    await image.decode()
    return image
}
