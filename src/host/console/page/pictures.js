// Decodes picture messages, paints them on a canvas, and draws scale, R wave and lumen border over a cross-section.

/**
 * A picture and its metadata, as ../console-view.ts packs them.
 * @typedef {object} Picture
 * @property {string} name
 * @property {number} widthPx
 * @property {number} heightPx
 * @property {number} mmPerPxX
 * @property {Uint8Array} greys
 * @property {number} [frame]
 * @property {number} [timeMs]
 * @property {number} [positionMm]
 * @property {number} [linesMissing]
 * @property {number[]} [triggersDeg]
 * @property {number[]} [borderMm]
 * @property {boolean} [frozen]
 * @property {boolean} [fixedDirection] A-lines side by side (M-mode): no angles, no scale
 */

const SCALE = "rgba(207, 216, 224, 0.75)"
const RWAVE = "#e8a33d"
const BORDER = "rgba(76, 194, 255, 0.85)"

/**
 * Decodes a message: length of the JSON, JSON, greys.
 * @param {ArrayBuffer} bytes
 * @returns {Picture}
 */
export function unpack(bytes) {
    const length = new DataView(bytes).getUint32(0, true)
    const json = new TextDecoder().decode(new Uint8Array(bytes, 4, length))
    return { ...JSON.parse(json), greys: new Uint8Array(bytes, 4 + length) }
}

/**
 * Paints the greys, and resizes the canvas to them.
 * @param {HTMLCanvasElement} canvas
 * @param {Picture} picture
 */
export function paint(canvas, picture) {
    const { widthPx, heightPx, greys } = picture
    if (canvas.width !== widthPx || canvas.height !== heightPx) {
        canvas.width = widthPx
        canvas.height = heightPx
    }
    const context = canvas.getContext("2d")
    if (!context) return
    const image = context.createImageData(widthPx, heightPx)
    const pixels = new Uint32Array(image.data.buffer)
    for (let i = 0; i < greys.length; i++) pixels[i] = 0xff000000 | ((greys[i] ?? 0) * 0x010101)
    context.putImageData(image, 0, 0)
}

/**
 * Draws scale, R waves and border over a cross-section.
 * @param {HTMLCanvasElement} canvas
 * @param {Picture} picture
 * @param {boolean} withBorder
 */
export function drawOver(canvas, picture, withBorder) {
    const context = canvas.getContext("2d")
    if (!context) return
    const side = canvas.width
    context.clearRect(0, 0, side, side)
    if (picture.fixedDirection) return
    const pxPerMm = side / (picture.widthPx * picture.mmPerPxX)
    const middle = side / 2
    if (withBorder && picture.borderMm?.length)
        drawBorder(context, middle, pxPerMm, picture.borderMm)
    drawScale(context, side, pxPerMm)
    for (const degrees of picture.triggersDeg ?? []) drawTrigger(context, middle, degrees)
}

/**
 * @param {CanvasRenderingContext2D} context
 * @param {number} middle
 * @param {number} pxPerMm
 * @param {readonly number[]} borderMm
 */
function drawBorder(context, middle, pxPerMm, borderMm) {
    context.beginPath()
    borderMm.forEach((radiusMm, i) => {
        const angle = (2 * Math.PI * i) / borderMm.length
        context.lineTo(
            middle + radiusMm * pxPerMm * Math.cos(angle),
            middle + radiusMm * pxPerMm * Math.sin(angle)
        )
    })
    context.closePath()
    context.strokeStyle = BORDER
    context.lineWidth = 2
    context.stroke()
}

/**
 * Draws a millimetre scale along both axes; every fifth mark is longer.
 * @param {CanvasRenderingContext2D} context
 * @param {number} side
 * @param {number} pxPerMm
 */
function drawScale(context, side, pxPerMm) {
    const middle = side / 2
    context.strokeStyle = SCALE
    context.lineWidth = 1.5
    context.beginPath()
    for (let mm = 1; mm * pxPerMm < middle; mm++) {
        const half = mm % 5 === 0 ? 9 : 4
        for (const at of [middle - mm * pxPerMm, middle + mm * pxPerMm]) {
            context.moveTo(at, middle - half)
            context.lineTo(at, middle + half)
            context.moveTo(middle - half, at)
            context.lineTo(middle + half, at)
        }
    }
    context.stroke()
}

/**
 * Marks, at the rim, the direction of the first A-line after the R wave.
 * @param {CanvasRenderingContext2D} context
 * @param {number} middle
 * @param {number} degrees
 */
function drawTrigger(context, middle, degrees) {
    const angle = (degrees * Math.PI) / 180
    const [x, y] = [Math.cos(angle), Math.sin(angle)]
    context.beginPath()
    context.moveTo(middle + 0.9 * middle * x, middle + 0.9 * middle * y)
    context.lineTo(middle + 0.99 * middle * x, middle + 0.99 * middle * y)
    context.strokeStyle = RWAVE
    context.lineWidth = 8
    context.stroke()
}
